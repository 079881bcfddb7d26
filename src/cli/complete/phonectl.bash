# bash completion for phonectl, as `phonectl completion bash` prints it

_phonectl() {
  local kind='' line
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r line; do COMPREPLY+=("$line"); done
  } < <(command phonectl __complete bash "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
  # Before bash 4 there is no compopt: names of files are offered wherever there is nothing else, see below.
  type compopt >/dev/null 2>&1 || return 0
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    open) compopt -o nospace ;;
  esac
  # Runs stand with the newest first. Before bash 4.4 everything is sorted.
  compopt -o nosort 2>/dev/null
  return 0
}

if type compopt >/dev/null 2>&1; then
  complete -F _phonectl phonectl
else
  complete -o default -F _phonectl phonectl
fi
