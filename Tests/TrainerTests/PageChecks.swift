/// What is wrong with an HTML page, as Python's own parsers see it.
enum PageChecks {
  /// A program for `Python.evaluate`, whose input is the page's path: it prints `problems`, the
  /// number of `svgs` and of `tables`, and the `titles` of marks in pictures.
  static let program = """
    import json, sys, re, collections, html
    from html.parser import HTMLParser
    page = open(json.loads(sys.argv[1])).read()
    void = {"meta", "link", "br", "img", "hr", "input"}
    problems, stack, identifiers, links = [], [], collections.Counter(), []
    count = collections.Counter()
    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            count[tag] += 1
            for name, value in attributes:
                if name == "id": identifiers[value] += 1
                if name in ("href", "src", "xlink:href"): links.append(value)
                if name.startswith("on"): problems.append("handler " + name)
            if tag in ("script", "link", "img", "iframe"): problems.append("element " + tag)
            if tag not in void: stack.append(tag)
        def handle_startendtag(self, tag, attributes):
            self.handle_starttag(tag, attributes)
            if tag not in void: stack.pop()
        def handle_endtag(self, tag):
            if not stack or stack.pop() != tag: problems.append("unbalanced " + tag)
    Reader().feed(page)
    problems += ["open " + tag for tag in stack]
    problems += ["twice " + name for name, n in identifiers.items() if n > 1]
    problems += ["link " + link for link in links
                 if not link.startswith("#") or link[1:] not in identifiers]
    problems += ["style " + word for word in ("url(", "@import") if word in page]
    problems += ["NaN" for _ in range(page.count(">nan<"))]
    import xml.etree.ElementTree as tree
    svgs = re.findall(r"<svg.*?</svg>", page, re.S)
    for svg in svgs: tree.fromstring(svg)
    titles = [html.unescape(title) for svg in svgs
              for title in re.findall(r"<title>(.*?)</title>", svg, re.S)]
    print(json.dumps({"problems": problems, "svgs": len(svgs), "titles": titles,
                      "tables": count["table"]}))
    """
}
