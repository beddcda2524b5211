import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate with its key, in PEM, and the files they are in. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

/** Whether there is an `openssl` command to make certificates with. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** An authority for tests, with its files in a folder of its own. Take it away at the end with {@link remove}. */
export class CertificateAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'headgate-test-'))
  readonly caFile = join(this.folder, 'ca.crt')
  readonly ca: string
  #count = 0

  constructor() {
    this.#key('ca')
    const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
    const more = extensions.flatMap((extension) => ['-addext', extension])
    this.#openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      'ca.key',
      '-days',
      '2',
      '-subj',
      '/CN=test-ca',
      '-out',
      'ca.crt',
      ...more,
    )
    this.ca = readFileSync(this.caFile, 'utf8')
  }

  /** A certificate for names such as `DNS:a.test` and `IP:127.0.0.1`. */
  issue(...names: readonly string[]): Certificate {
    const name = `c${this.#count++}`
    this.#key(name)
    writeFileSync(
      join(this.folder, `${name}.ext`),
      `subjectAltName=${names.join()}\nextendedKeyUsage=serverAuth,clientAuth\n`,
    )
    this.#openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`)
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`]
    this.#openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signing)
    const [certFile, keyFile] = [join(this.folder, `${name}.crt`), join(this.folder, `${name}.key`)]
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #key(name: string): void {
    this.#openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`)
  }

  #openssl(...options: readonly string[]): void {
    execFileSync('openssl', options, { cwd: this.folder, stdio: 'pipe' })
  }
}
