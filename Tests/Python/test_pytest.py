def test_the_fixture_reseeds_per_test(pytester):
    # Nothing enables the fixture but the package's entry point.
    pytester.makepyfile(
        """
        seen = {}

        def test_one(fake_rows):
            seen["one"] = (fake_rows.seed, fake_rows.row(0))
            fake_rows.seed = 99

        def test_two(fake_rows):
            seen["two"] = (fake_rows.seed, fake_rows.row(0))

        def test_differ():
            # Seeds of these tests' names, whatever ran before.
            assert seen["one"] != seen["two"]
            print("SEEDS", seen["one"], seen["two"])
        """
    )
    outputs = []
    for order in (["one", "two"], ["two", "one"]):
        names = [f"test_the_fixture_reseeds_per_test.py::test_{name}" for name in order + ["differ"]]
        result = pytester.runpytest_subprocess("-s", *names)
        result.assert_outcomes(passed=3)
        outputs.append([line for line in result.outlines if "SEEDS" in line])
    assert outputs[0] and outputs[0] == outputs[1]


def test_the_fixture_takes_a_model(pytester, kinds):
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.fixture(scope="session")
        def fakegen_model():
            return {str(kinds)!r}
        """
    )
    pytester.makepyfile("def test_model(fake_rows): assert 'price' in fake_rows.names")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
