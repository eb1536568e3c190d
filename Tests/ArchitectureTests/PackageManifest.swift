import Foundation

/// The targets that Package.swift declares, read from its text: asking `swift package` from inside
/// `swift test` would wait for the test's own lock on the build folder.
struct PackageManifest {
  struct Target: Equatable {
    var name: String
    /// Folder of its sources, from the package's root.
    var path: String
    /// Names of modules: of targets, and of other packages' products.
    var dependencies: Set<String>
  }

  /// Something in the text that the parser does not know.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// In the order of the text; test targets and what only they use are left out.
  let targets: [Target]

  init(_ text: String) throws {
    var parser = ManifestParser(text)
    let (constants, package) = try parser.parse()
    guard case .call("Package", let arguments) = package,
      case .list(let declarations)? = arguments["targets"]
    else { throw Failure(description: "Package.swift has no list of targets") }
    targets = try declarations.compactMap { declaration in
      guard case .call(let kind, let arguments) = declaration,
        case .text(let name)? = arguments["name"]
      else { throw Failure(description: "a target without a name") }
      guard ["target", "executableTarget", "systemLibrary"].contains(kind) else { return nil }
      var path = "Sources/\(name)"
      if case .text(let explicit)? = arguments["path"] { path = explicit }
      guard !path.hasPrefix("Tests/") else { return nil }
      var dependencies: Set<String> = []
      if case .list(let values)? = arguments["dependencies"] {
        dependencies = try Set(values.map { try Self.module($0, constants) })
      }
      return Target(name: name, path: path, dependencies: dependencies)
    }
  }

  /// The module that a dependency stands for.
  private static func module(
    _ dependency: ManifestValue, _ constants: [String: ManifestValue]
  ) throws -> String {
    switch dependency {
    case .text(let name): return name
    case .call("product", let arguments), .call("target", let arguments):
      if case .text(let name)? = arguments["name"] { return name }
    case .name(let name):
      if let value = constants[name] { return try module(value, constants) }
    default: break
    }
    throw Failure(description: "a dependency that is not understood: \(dependency)")
  }
}

/// An expression of Package.swift, as far as its targets need it.
indirect enum ManifestValue {
  case text(String)
  case name(String)
  case list([ManifestValue])
  /// The function's last name, and its labelled arguments.
  case call(String, [String: ManifestValue])
}

/// Reads the constants that stand for dependencies, and the package.
struct ManifestParser {
  private enum Token: Equatable {
    case text(String)
    case word(String)
    case mark(Character)
  }

  private var tokens: [Token] = []
  private var next = 0

  init(_ text: String) {
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("//") {
        rest = rest.drop { !$0.isNewline }
      } else if let match = rest.prefixMatch(of: /"([^"]*)"/) {
        tokens.append(.text(String(match.1)))
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: /[A-Za-z_]\w*/) {
        tokens.append(.word(String(match.0)))
        rest = rest[match.range.upperBound...]
      } else {
        if !first.isWhitespace { tokens.append(.mark(first)) }
        rest = rest.dropFirst()
      }
    }
  }

  /// Parses `let NAME: Target.Dependency = VALUE` and `let package = VALUE`; everything else is
  /// passed over.
  mutating func parse() throws -> (constants: [String: ManifestValue], package: ManifestValue) {
    var constants: [String: ManifestValue] = [:]
    while next < tokens.count {
      guard take(.word("let")), case .word(let name)? = peek else {
        next += 1
        continue
      }
      next += 1
      if name == "package", take(.mark("=")) { return (constants, try value()) }
      let type: [Token] = [
        .mark(":"), .word("Target"), .mark("."), .word("Dependency"), .mark("="),
      ]
      guard tokens[next...].starts(with: type) else { continue }
      next += type.count
      constants[name] = try value()
    }
    throw PackageManifest.Failure(description: "Package.swift declares no package")
  }

  private var peek: Token? { next < tokens.count ? tokens[next] : nil }

  private mutating func take(_ token: Token) -> Bool {
    guard peek == token else { return false }
    next += 1
    return true
  }

  private mutating func value() throws -> ManifestValue {
    if case .text(let text)? = peek {
      next += 1
      return .text(text)
    }
    if take(.mark("[")) {
      var values: [ManifestValue] = []
      while !take(.mark("]")) {
        values.append(try value())
        if !take(.mark(",")), peek != .mark("]") { throw unexpected() }
      }
      return .list(values)
    }
    _ = take(.mark("."))
    guard case .word(var name)? = peek else { throw unexpected() }
    next += 1
    while take(.mark(".")), case .word(let member)? = peek {
      name = member
      next += 1
    }
    guard take(.mark("(")) else { return .name(name) }
    var arguments: [String: ManifestValue] = [:]
    while !take(.mark(")")) {
      if case .word(let label)? = peek, next + 1 < tokens.count, tokens[next + 1] == .mark(":") {
        next += 2
        arguments[label] = try value()
      } else {
        _ = try value()
      }
      if !take(.mark(",")), peek != .mark(")") { throw unexpected() }
    }
    return .call(name, arguments)
  }

  private func unexpected() -> PackageManifest.Failure {
    let place = tokens[..<min(next + 1, tokens.count)].suffix(6)
    return .init(description: "Package.swift is not understood near \(place)")
  }
}
