#compdef phonectl
# zsh completion for phonectl, as `phonectl completion zsh` prints it

_phonectl() {
  local kind line width=0
  local -a lines values shown blank

  lines=("${(@f)$(command phonectl __complete zsh "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  kind=$lines[1]
  shift lines

  case $kind in
    files)
      compset -P '--*='
      _files
      return
      ;;
    folders)
      compset -P '--*='
      _files -/
      return
      ;;
    open) blank=(-S '') ;;
  esac

  (( $#lines )) || return 1
  values=("${(@)lines%%$'\t'*}")
  for line in "${(@)values}"; do (( $#line > width )) && width=$#line; done
  for line in "${(@)lines}"; do
    if [[ -n ${line#*$'\t'} ]]; then
      line="${(r:width:)${line%%$'\t'*}}  -- ${line#*$'\t'}"
      shown+=("${line[1,COLUMNS-1]}")
    else
      shown+=("${line%%$'\t'*}")
    fi
  done
  # One a line where there is something to say of each; in the order in which they come: runs begin with the newest.
  if [[ "$shown" == "$values" ]]; then
    compadd -V phonectl -M 'm:{[:lower:]}={[:upper:]}' "${(@)blank}" -a values
  else
    compadd -V phonectl -M 'm:{[:lower:]}={[:upper:]}' "${(@)blank}" -l -d shown -a values
  fi
}

if [[ $funcstack[1] == _phonectl ]]; then
  # It lies in a folder of fpath, and was loaded because it is asked for.
  _phonectl "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _phonectl phonectl
fi
