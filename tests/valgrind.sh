#!/bin/sh
# Wraps the programs and unit tests of a build, so that each run goes through
# valgrind: valgrind.sh BUILD OUT. An error or a definite leak is exit 99.
set -eu
build=$(cd "$1" && pwd)
mkdir -p "$2/bin" "$2/unit"
for f in "$build"/bin/crm* "$build"/unit/*.t; do
	to=$2/${f#"$build"/}
	cat >"$to" <<EOT
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --trace-children=no "$f" "\$@"
EOT
	chmod 755 "$to"
done
