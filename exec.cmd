@rem The npm scripts say "exec node ...", so that a signal to npm reaches the console. This is that word for cmd.exe.
@%*
