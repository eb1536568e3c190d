import CSystem

exit(
  Program.run(Array(CommandLine.arguments.dropFirst()), report: writeToStandardError).rawValue)
