/// Pieces of a page.
enum HTML {
  /// Escapes the characters that mean something in HTML replaced, fit for content and for
  /// attributes.
  static func escape(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // Not allowed in HTML, whatever a model may have learned to write.
      case "\0"..<"\t", "\u{B}", "\u{E}"..<" ", "\u{7F}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Returns a whole page that needs nothing else.
  ///
  /// - Parameters:
  ///   - title: of the page.
  ///   - lead: HTML under the title.
  ///   - sections: the parts, in their order.
  ///   - style: rules beside `Style.sheet`.
  static func page(
    title: String, lead: String, sections: [ReportPage.Section], style: String = ""
  ) -> String {
    let links = sections.map { "<a href=\"#\($0.identifier)\">\(escape($0.title))</a>" }
    let body = sections.map {
      """
      <section id="\($0.identifier)"><h2>\(escape($0.title))</h2>
      <p class="lead">\($0.lead)</p>
      \($0.content)
      </section>
      """
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escape(title))</title>
      <style>
      \(Style.sheet + style)
      </style>
      </head>
      <body><main>
      <header><h1>\(escape(title))</h1>
      <p class="lead">\(lead)</p></header>
      <nav aria-label="Parts of the report">\(links.joined(separator: "\n"))</nav>
      \(body.joined(separator: "\n"))
      </main></body>
      </html>

      """
  }

  /// Returns a table of texts, the first column and the head as headings.
  static func table(head: [String], rows: [[String]], caption: String? = nil) -> String {
    let headCells = head.map { "<th scope=\"col\">\(escape($0))</th>" }.joined()
    let body = rows.map { cells in
      "<tr>"
        + cells.enumerated().map { column, cell in
          column == 0 ? "<th scope=\"row\">\(escape(cell))</th>" : "<td>\(escape(cell))</td>"
        }.joined() + "</tr>"
    }.joined(separator: "\n")
    let title = caption.map { "<caption>\(escape($0))</caption>" } ?? ""
    return """
      <div class="table"><table>\(title)<thead><tr>\(headCells)</tr></thead>
      <tbody>
      \(body)
      </tbody></table></div>
      """
  }

  /// Returns a picture with its legend above and its caption below.
  ///
  /// - Parameter caption: HTML.
  static func figure(
    _ picture: Picture, legend: [Legend] = [], title: String? = nil, caption: String = ""
  )
    -> String
  {
    let entries = legend.map {
      "<li><span class=\"swatch \($0.mark.rawValue)\" style=\"--swatch:\($0.color)\"></span>"
        + "\(escape($0.text))</li>"
    }.joined()
    let head = title.map { "<h3>\(escape($0))</h3>" } ?? ""
    return """
      <figure>\(head)\(legend.isEmpty ? "" : "<ul class=\"legend\">\(entries)</ul>")
      \(picture.svg)\(caption.isEmpty ? "" : "<figcaption>\(caption)</figcaption>")</figure>
      """
  }

  /// Returns something long that is folded away at first.
  static func details(_ summary: String, _ content: String) -> String {
    "<details><summary>\(escape(summary))</summary>\n\(content)\n</details>"
  }

  /// Returns equal columns, as many as there is room for.
  static func grid(_ cells: [String], wide: Bool = false) -> String {
    "<div class=\"grid\(wide ? " wide" : "")\">"
      + cells.map { "<div>\($0)</div>" }.joined(separator: "\n") + "</div>"
  }

  struct Legend {
    enum Mark: String {
      case line, box, dashed, dot
    }

    var text: String
    /// A CSS colour.
    var color: String
    var mark = Mark.line
  }
}
