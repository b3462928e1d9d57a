export const LINT_USAGE = `spanline lint [options] [path …]

  --format <text|json|sarif|github>   how findings are written (text); github makes annotations of a workflow run
  --level <level>              the least level that is shown and fails the run: error, warning, information, hint (warning)
  --max-warnings <number>      fail only on errors, or on more warnings than this
  --rule <id>=<level>          level of one rule, or off; may be given several times
  --wrapper <name>             a function of yours that starts spans; may be given several times
  --config <file>              read this file; without it .spanlinerc.json, or "spanline" in package.json, nearest to each file
  --baseline <file>            leave out what that file lists
  --write-baseline <file>      list all that is found now, and end with 0
  --suppressed                 with --format sarif: write what comments suppress, too, marked as such
  --tests                      look at test files, too
  --fix                        apply the fixes that are safe
  --threads <number>           look at the files in so many threads (as many as the machine and the number of files warrant)
  --rules                      list the rules
  --help                       show this

Exit codes
  0   nothing of the level was found, or no more warnings than --max-warnings allows
  1   something was
  2   it could not run: wrong options, no such file, a faulty configuration or baseline
`;
