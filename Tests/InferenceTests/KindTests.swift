import Testing

@testable import Inference

@Suite struct KindTests {
  /// What a kind prints is what it is read from.
  @Test(
    arguments: [
      "number", "number decimals:0", "number decimals:2 prefix:$ group:,",
      "number suffix:\" %\" point:,",
      "number decimals:18 scientific:0.000e+00", "number decimals:2 group:, sign:()",
      "number suffix:\" kg\" sign:after",
      "number decimals:0 step:5 prefix:\"a\\\"\\\\ \" sign:inner",
      "number decimals:2 step:0.05", "category", "text", "constant",
      "empty", "exclude", "moment", "date %Y-%m-%d", "time %-I:%M %p", "moment %Y-%m-%dT%H:%M:%SZ",
      "key", "key sequence", "key uuid", "key N[0-9]{3}[A-Z]{2}", "key 3*[0-9]{4} | 1*[1-9][0-9]",
      "key sequence start:-5 step:10 width:6 prefix:ORD\\ # suffix:/x",
      "key a\\ b\\|\\*\\[[\\-\\]x]", "sum: a + b", "sum: -a + 2.5*\"net price\" - 0.01", "sum: 7",
      "digit: time / 100", "digit: time - 5 / 100 % 24", "digit: t + 0.5 / 0.1", "lookup: town",
      "lookup: \"the \\\"day\\\"\".weekday", "after: start", "after: low \"the open\" close",
      "code [0-9]{4}-[0-9]{6}", "code 1*A[0-9]{3} | 1*[0-9]{2}[a-c]", "list", "list: category",
      "composed",
      "composed: first ' ' last | \"the \\\"last\\\"\".spelled.small.first1 '\\'\\\\ ' day.first4",
      "composed: # 'h ' #2 'm' | id#5",
      "list distinct: text", "list distinct ascending: number decimals:2", "list free",
      "list distinct:sku distinct:\"size.w\" descending:\"at \\\"x\\\"\"", "map", "oneof",
      "object", "total: items", "total: items.price", "total: \"a.items\".n * \"a.items\".\"b c\"",
      "product: quantity * \"net price\"", "product: net * 0.19", "product: a * (1 - b) * 12",
      "product: a * b * (1 - \"the rate\"/100)",
      "product: a * (1 + tax) * (1 - discount)",
      "lookup: product size", "lookup: \"net price\" \"a.b\"", "calendar: day.month",
      "calendar: \"the day\".iso_week",
    ])
  func textRoundTrip(text: String) throws {
    let kind = try Kind(text)
    #expect(kind.text == text)
    #expect(try Kind(kind.text) == kind)
  }

  @Test(
    arguments: [
      "", "numbers", "number decimals:19", "number step:0", "number prefix:1", "number point:;",
      "number group:. point:.", "number prefix",
      "number prefix:\"$", "number scientific:1e+00", "number group:, scientific:0e+00",
      "number suffix:-",
      "number decimals:1 step:0.05",
      "category x", "date %Q", "key [a", "key a{0}", "sum a", "sum: a +",
      "sum: 1 + 2",
      "digit: a", "digit: a / 0", "lookup: a.century", "after: a.week", "after:", "after: a a",
      "code sequence start:1 step:1", "code [0-9]{20}",
      "composed:", "composed: a | ", "composed: 'a", "composed: a.small.big", "composed: a#0",
      "composed: a#19", "composed: # # # # # # #", "composed: a.first0", "composed a",
      "composed: ''",
      "code a", "code ]", "sum: a b",
      "list distinct ascending descending", "list free distinct", "list sorted", "list:", "map x",
      "total:", "total: a.b * c.d", "total: a.b * a.c * a.d", "product: a", "product: a * b * c",
      "product: 2 * 3", "product: a * 0", "product: a * 2 * 3",
      "product: (1 - a) * (1 + b)", "product: a * (2 - b)", "product: a * (1 - b/10)",
      "product: a * (1 - b", "product: a * (1 b)",
      "lookup: a b c", "lookup: a.week b", "lookup: a a", "calendar: a", "calendar: a.hour",
    ])
  func malformed(text: String) {
    #expect(throws: InferenceError.self) { try Kind(text) }
  }

  @Test func optionSplitsAtTheFirstKind() throws {
    var options = InferenceOptions()
    try options.addKind("a=b=key [=]{2}")
    try options.addKind("price=number decimals:2")
    #expect(options.kinds["a=b"] == (try Kind("key [=]{2}")))
    #expect(options.kinds["price"] == .number(decimals: 2, step: nil))
    #expect(throws: InferenceError.self) { try options.addKind("price") }
  }
}
