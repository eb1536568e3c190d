/// What `--help` prints: a screen of 24 lines and 80 columns. The man page tells all.
enum Help {
  static let text = """
    Usage: fakegen [OPTION]...
    Print made-up rows that look like the data a model was trained on.
      -n, --count N         how many rows to print (default 10)
          --seed S          another seed gives other rows (default 1)
          --start K, --shard I/N   the first row (default 0); part I of N parts
          --fields A,B,C    print these columns, in this order
          --where A=VALUE   only rows with this value; may be repeated
          --unique, --skip-excluded   leave out repeated rows; rows not to print
          --unique-by A,B   leave out rows that repeat an earlier one in these
          --max-tries N     give up after N misses in a row (default 1000000)
      -f, --format FORMAT   csv (default), tsv, jsonl, json, sql, proto, delimited
          --no-header, --safe-spreadsheet, --nested   no names/formulas; nested JSON
          --delimiter C, --null TEXT   csv: between cells (default ,), for null
          --json-integers AS   json: string (default) or number
          --table NAME, --dialect DB   sql: for sqlite, postgres, mysql or duckdb
      -o, --output FILE     write to FILE, whole or not at all; FOLDER/: tables
          --threads N       how many threads work (default: all cores)
          --kernels LEVEL   reference, neon, avx2, avxvnni, avx512 (or fastest)
          --progress        say on standard error how far it has come
          --model FILE      use this model instead of the shipped one
          --model-info, --list-fields, --print-proto   describe the model
          --self-test, --version, -h, --help
    Exit status: 0 done, 1 a failure, 2 wrong usage, 3 too few rows pass.

    """
}
