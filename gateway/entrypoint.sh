#!/bin/sh
# Fills the templates in /templates with the environment and becomes Nginx. Needs no root: all it writes is in RUN_DIR.
set -eu
conf=$RUN_DIR/conf
mkdir -p "$conf"
if [ -f /templates/values.sh ]; then . /templates/values.sh; fi

names=$(grep -oh '\${[A-Z][A-Z0-9_]*}' /templates/*.template | sort -u)
for name in $names; do
    name=${name#??}
    eval ": \"\${${name%?}?}\"" # ends with a message when it is not set
done
for template in /templates/*.template; do
    envsubst "$names" <"$template" >"$conf/$(basename "$template" .template)"
done
if [ -f /templates/rotate.sh ]; then sh /templates/rotate.sh & fi
cd "$RUN_DIR"
rm -f ./*.sock # left by one that was killed; Nginx would not listen there
exec nginx -e /dev/stderr -c "$conf/nginx.conf"
