import Foundation

/// The table "Targets and who may import whom" of docs/Architecture.md.
struct ImportTable {
  /// A row that is not `target | holds | imports`.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// What each target imports beside system modules.
  let imports: [String: Set<String>]

  init(_ document: String) throws {
    let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
    guard let heading = lines.firstIndex(of: "## Targets and who may import whom"),
      let first = lines[heading...].firstIndex(where: { $0.hasPrefix("|---") })
    else { throw Failure(description: "no table of targets") }
    var imports: [String: Set<String>] = [:]
    for line in lines[(first + 1)...].prefix(while: { $0.hasPrefix("|") }) {
      let cells = line.dropFirst().dropLast().split(separator: "|").map {
        $0.trimming { $0 == " " }
      }
      guard cells.count == 3, let target = cells[0].wholeMatch(of: /`([\w-]+)`/)?.1 else {
        throw Failure(description: "not a row of the table: \(line)")
      }
      let names = cells[2].matches(of: /`(\w+)`/).map { String($0.1) }
      let form = names.isEmpty ? "nothing" : names.map { "`\($0)`" }.joined(separator: ", ")
      guard cells[2] == form, imports[String(target)] == nil else {
        throw Failure(
          description: "the imports should be names with commas between, or nothing: \(line)")
      }
      imports[String(target)] = Set(names)
    }
    self.imports = imports
  }
}

extension Substring {
  fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
    var rest = drop(while: isTrimmed)
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return rest
  }
}
