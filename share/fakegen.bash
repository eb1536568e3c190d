# bash completion for fakegen

_fakegen() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} model=()
  # Readline makes words of --option=value's parts.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $previous in
    -f | --format)
      mapfile -t COMPREPLY < <(compgen -W "csv tsv jsonl json sql proto delimited" -- "$current")
      return
      ;;
    --dialect)
      mapfile -t COMPREPLY < <(compgen -W "standard sqlite postgres mysql duckdb" -- "$current")
      return
      ;;
    --json-integers)
      mapfile -t COMPREPLY < <(compgen -W "string number" -- "$current")
      return
      ;;
    -o | --output | --model)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --fields | --where | --unique-by)
      local index
      for ((index = 1; index < COMP_CWORD - 1; index++)); do
        if [[ ${COMP_WORDS[index]} == --model ]]; then
          model=(--model "${COMP_WORDS[index + 1]}")
          [[ ${model[1]} != = ]] || model[1]=${COMP_WORDS[index + 2]}
        fi
      done
      local before= suffix=
      if [[ $previous == --where ]]; then
        suffix==
      elif [[ $current == *,* ]]; then
        before=${current%,*},
      fi
      compopt -o nospace 2>/dev/null
      mapfile -t COMPREPLY < <(
        "${COMP_WORDS[0]}" "${model[@]}" --list-fields 2>/dev/null | cut -f 1 |
          while IFS= read -r field; do
            [[ $before$field != "$current"* ]] || printf '%s\n' "$before$field$suffix"
          done
      )
      return
      ;;
    -n | --count | --seed | --start | --shard | --max-tries | --delimiter | --null | --table | --threads | --kernels)
      return
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "--count --seed --start --shard --fields --where --unique
    --unique-by --max-tries --skip-excluded --format --no-header --delimiter --null
    --safe-spreadsheet --nested --json-integers --table --dialect --output --threads --kernels --progress
    --model --model-info --list-fields --print-proto --self-test --version --help" -- "$current")
}

complete -F _fakegen fakegen
