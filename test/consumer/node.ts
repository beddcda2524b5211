import * as config from '@headgate/config'
import * as core from '@headgate/core'
import * as node from '@headgate/node'
import * as testing from '@headgate/testing'
import * as undici from '@headgate/undici'
import * as headgate from 'headgate'

export const everything = { config, core, headgate, node, testing, undici }
