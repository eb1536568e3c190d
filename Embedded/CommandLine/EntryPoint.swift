/// What `main.swift` is to the ordinary build: Embedded Swift has no `CommandLine`, so C's `main`
/// hands over its arguments.
@c(fakegen_main)
public func main(
  count: Int32, arguments: UnsafePointer<UnsafePointer<CChar>?>
) -> Int32 {
  let afterName = (1..<max(Int(count), 1)).compactMap { index in
    arguments[index].map { String(cString: $0) }
  }
  return Program.run(afterName, report: writeToStandardError).rawValue
}
