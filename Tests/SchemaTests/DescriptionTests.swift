import TestSupport
import Testing

@testable import ProtobufSchema
@testable import Schema

@Suite("The printed module tree")
struct DescriptionTests {
  @Test("One line for each module")
  func customer() throws {
    let expected = """
      message fakegen.examples.Customer, fields: 11

      MODULE               FIELD           COLUMN          VALUES                EMPTY CELL       LOSS WEIGHT
      Tuple                                                                                       14
        StringLiteral      name            name            text                  empty string     1
        Presence           email                                                 null             2
          StringLiteral    email           email           text                                   1
        Categorical        plan            plan            FREE, BASIC, PREMIUM  error            1
        Categorical        newsletter      newsletter      false, true           error            1
        Presence           home                                                  null if all are  6
          Tuple            home                                                                   5
            StringLiteral  home.street     home.street     text                  empty string     1
            StringLiteral  home.city       home.city       text                  empty string     1
            StringLiteral  home.postcode   home.postcode   digits, as text       error            1
            ScalarTuple                                                                           2
              scalar       home.latitude   home.latitude   real, 6 decimals      error            1
              scalar       home.longitude  home.longitude  real, 6 decimals      error            1
        ScalarTuple                                                                               3
          scalar           age             age             integer               error            1
          scalar           balance         balance         real, 6 decimals      null             2

      """
    #expect(try RecordSchema(path: example("customer.proto")).describe() == expected)
  }
}
