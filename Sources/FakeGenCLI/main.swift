import CSystem

exit(
  Program.run(
    count: CommandLine.argc, arguments: CommandLine.unsafeArgv, report: writeToStandardError
  ).rawValue)
