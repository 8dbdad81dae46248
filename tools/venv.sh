#!/bin/sh
# Create the virtual environment $VENV with $PY unless it is there, and install the pinned $REQUIREMENTS in it.
# Print nothing if that works, and otherwise one line to standard output, which make turns into its error.

kept=$VENV/${REQUIREMENTS##*/}  # what is installed, for make to compare with; an incomplete environment has none
made=
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ -z "$(ls "$VENV"/requirements*.txt 2>/dev/null)" ]; then
    version=$("$PY" -c 'import sys; print("%d.%d" % sys.version_info[:2]) if sys.version_info < (3, 11) else print("ok")' 2>/dev/null)
    if [ -z "$version" ]; then
        echo "$PY doesn't run: install Python 3.11 or newer, or choose another Python, for example: make PY=python3.13"
        exit
    elif [ "$version" != ok ]; then
        echo "$PY is Python $version, but 3.11 or newer is needed: install it, or choose another Python, for example: make PY=python3.13"
        exit
    fi
    made=yes
    if ! "$PY" -m venv --clear "$VENV" >"$log" 2>&1; then
        rm -rf "$VENV"
        echo "$PY -m venv failed: install Python's venv module (on Debian and Ubuntu: apt install python3-venv)"
        exit
    fi
fi

if "$VENV/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check --retries 2 -r "$REQUIREMENTS" >"$log" 2>&1; then
    "$VENV/bin/python" -m compileall -q -j 0 "$VENV/lib" >"$log" 2>&1  # on all cores, whereas pip uses one
    cp "$REQUIREMENTS" "$kept"
    exit
fi
if [ -n "$made" ]; then
    rm -rf "$VENV"
fi
if grep -qiE 'connection|resolve|unreachable|timed out|retries exceeded' "$log"; then
    echo "can't download the dependencies: check your internet connection, then run make again"
else
    echo "can't install the dependencies: $(grep -E '^ *(ERROR|error)' "$log" | tail -n 1 | cut -c 1-300)"
fi
