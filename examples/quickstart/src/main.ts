console.log('headgate: the quick start example is being written')
