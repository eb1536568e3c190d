// FakeGen
