# fish completion for phonectl, as `phonectl completion fish` prints it

# Whether a path is asked for, which fish completes best itself: it knows about ~ and quotes.
function __phonectl_path
    set -g __phonectl_lines (command phonectl __complete fish (commandline -opc) (commandline -ct | string collect) 2>/dev/null </dev/null)
    contains -- "$__phonectl_lines[1]" files folders
end

function __phonectl_words
    # Fish asks in the opposite order of the lines below, so this is known by now. If it ever does not, it is asked for here.
    set -q __phonectl_lines[1]; or __phonectl_path
    set -q __phonectl_lines[2]; and printf '%s\n' $__phonectl_lines[2..]
    set -e __phonectl_lines
end

complete -c phonectl -f
complete -c phonectl -k -a '(__phonectl_words)'
complete -c phonectl -n __phonectl_path -F
