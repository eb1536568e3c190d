# fish completion for fakegen

function __fakegen_fields
    set -l words (commandline -opc)
    set -l model
    for index in (seq 2 (count $words))
        if test "$words[$index]" = --model -a $index -lt (count $words)
            set model --model $words[(math $index + 1)]
        else if string match -q -- '--model=*' $words[$index]
            set model $words[$index]
        end
    end
    $words[1] $model --list-fields 2>/dev/null | cut -f 1
end

complete -c fakegen -f
complete -c fakegen -s n -l count -x -d 'How many rows to print'
complete -c fakegen -l seed -x -d 'Another seed gives other rows'
complete -c fakegen -l start -x -d 'Number of the first row'
complete -c fakegen -l shard -x -d 'Print only part I of N parts'
complete -c fakegen -l fields -x -a '(__fish_complete_list , __fakegen_fields)' -d 'Print these columns'
complete -c fakegen -l where -x -a '(__fakegen_fields)=' -d 'Only rows with this value'
complete -c fakegen -l unique -d 'Leave out rows that repeat an earlier one'
complete -c fakegen -l unique-by -x -a '(__fish_complete_list , __fakegen_fields)' -d 'Leave out repeats in these columns'
complete -c fakegen -l max-tries -x -d 'Give up after so many rows that do not pass'
complete -c fakegen -l skip-excluded -d 'Leave out rows that the model must not print'
complete -c fakegen -s f -l format -x -a 'csv tsv jsonl json sql proto delimited' -d 'How rows are written'
complete -c fakegen -l no-header -d 'Leave out the column names, or CREATE TABLE'
complete -c fakegen -l delimiter -x -d 'What separates the cells of CSV'
complete -c fakegen -l null -x -d 'What stands for null in CSV'
complete -c fakegen -l safe-spreadsheet -d 'Let no cell of CSV be a formula'
complete -c fakegen -l nested -d 'Let objects of JSON lie in each other'
complete -c fakegen -l json-integers -x -a 'string number' -d 'How JSON has integers'
complete -c fakegen -l table -x -d 'The table of SQL'
complete -c fakegen -l dialect -x -a 'standard sqlite postgres mysql duckdb' -d 'The database that SQL is for'
complete -c fakegen -s o -l output -r -F -d 'Write to a file'
complete -c fakegen -l threads -x -d 'How many threads work'
complete -c fakegen -l kernels -x -a 'reference neon avx2 avxvnni avx512' -d 'Which instructions make rows'
complete -c fakegen -l progress -d 'Say on standard error how far it has come'
complete -c fakegen -l model -r -F -d 'Use this model instead of the shipped one'
complete -c fakegen -l model-info -d 'Describe the model'
complete -c fakegen -l list-fields -d 'Print the columns'
complete -c fakegen -l print-proto -d 'Print the protobuf messages'
complete -c fakegen -l self-test -d 'Prove that this build makes the rows it should'
complete -c fakegen -l version -d 'Print the version'
complete -c fakegen -s h -l help -d 'Print the options'
