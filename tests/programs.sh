# Sourced after lib.sh by the standing suites, which run over every program:
# the list of programs and one harmless main run of each.
# shellcheck shell=bash
programs=()
for p in "$BUILD"/bin/crm-*; do
	[ -x "$p" ] && programs+=("$(basename "$p")")
done
[ ${#programs[@]} -gt 0 ] || skip_all 'no programs'

# kind PROGRAM: source, filter, sink or other
kind() {
	"$1" --dump-options | awk -F'\t' 'NR==1{print $3}'
}

has_option() {
	"$1" --dump-options | awk -F'\t' -v o="$2" 'NR>1 && $2==o{f=1} END{exit !f}'
}

# main_args PROGRAM: what a plain run needs besides its input
main_args() {
	case $1 in
	crm-find) echo contact ;;
	crm-edit) echo notes=standing ;;
	crm-export) echo -F jsonl ;;
	crm-import) echo -p auto ;;
	crm-consent) echo --purpose newsletter --channel email ;;
	crm-dedupe) echo -t contact ;;
	crm-report) echo -t contact --count ;;
	crm-history) echo log ;;
	crm-score) echo --model rules ;;
	crm-rm) echo - ;;
	esac
}

# reads_lines PROGRAM: is one JSON object a line its input?
reads_lines() {
	case $1 in
	crm-add | crm-check | crm-export | crm-score | crm-consent | crm-dedupe) return 0 ;;
	*) return 1 ;;
	esac
}

contacts() {
	local i
	for i in 1 2 3; do
		printf '{"id":"c%d","type":"contact","name":"Maria %d","emails":["m%d@example.com"]}\n' $i $i $i
	done
}

# A store with three contacts, where the programs to make one are there.
make_store() {
	[ ! -x "$BUILD/bin/crm-add" ] || contacts | crm-add -q --create --upsert id
}

# The last command ended with one of the exit statuses of crm-exit(7).
sane_status() {
	[ "$rc" -le 4 ] || [ "$rc" = 75 ]
}
