/// What `main.swift` is to the ordinary build: Embedded Swift has no `CommandLine`, so C's `main`
/// hands over its arguments.
@c(fakegen_main)
public func main(
  count: Int32, arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Program.run(count: count, arguments: arguments, report: writeToStandardError).rawValue
}
