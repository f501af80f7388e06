#!/bin/bash
# The rules of the house that grep can see. Prints each breach; status 1 when
# there is one. Run from the top of the tree.
set -u
bad=0
breach() {
	while IFS= read -r line; do
		[ -n "$line" ] || continue
		echo "$line"
		bad=1
	done
}

layers=(base format model store match score report cli)
sources() {
	find lib bin -name '*.[ch]' 2>/dev/null | LC_ALL=C sort
}

# An include may only name its own layer or one before it; match, score and
# report stand side by side: pure over records.
for i in "${!layers[@]}"; do
	[ -d "lib/${layers[$i]}" ] || continue
	allowed=${layers[*]:0:$((i + 1))}
	case ${layers[$i]} in
	match) allowed='base format model match' ;;
	score) allowed='base format model score' ;;
	report) allowed='base format model report' ;;
	esac
	re="^(${allowed// /|})/"
	breach < <(grep -rnE '^#include "[a-z]+/' "lib/${layers[$i]}" --include='*.[ch]' |
		awk -F'"' -v re="$re" '$2 !~ re {print $0 ": an arrow against the layers"}')
done

# Each outside library has its place.
only() {
	local header=$1 where=$2
	breach < <(sources | xargs -r grep -nE "^#include <$header>" |
		grep -vE "^($where)" | awk -v m=": $header belongs in $where" '{print $0 m}')
}
only 'csv\.h' 'lib/format/csv'
only 'lmdb\.h' 'lib/store/'
only 'git2\.h' 'lib/store/git_|bin/crm-git'
only 'jansson\.h' 'lib/(format|model)/'
only 'sodium\.h' 'lib/store/'
only 'libpq-fe\.h' 'lib/store/pg'

# Below lib/cli nothing prints, reads the environment or ends the program.
breach < <(find lib -path lib/cli -prune -o -name '*.c' -exec grep -nHE \
	'(^|[^a-z_>.])(v?f?printf|puts|putchar|getenv|secure_getenv|setlocale|exit|_exit)\(' {} + |
	grep -vE '^lib/base/(mem|zone)\.c|^lib/store/lmdb_env\.c|//|^\S+\s*\*' | grep -vE '(fprintf|vfprintf)\((f|fp)\b' |
	sed 's/$/: belongs to lib\/cli/')

# Names that have no place here.
breach < <(sources | xargs -r grep -nE \
	'(^|[^a-z_])(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|atoi|atol|atof|gmtime|localtime|system|popen|tmpnam|tempnam|mktemp)\(' |
	sed 's/$/: banned/')
breach < <(sources | xargs -r grep -nE '^typedef struct' | sed 's/$/: no typedef of structs/')
breach < <(sources | xargs -r grep -nE '\b(TODO|FIXME|XXX)\b|not (yet )?implemented' | sed 's/$/: left undone/')
breach < <(sources | xargs -r grep -nE '^[[:space:]]*//' | sed 's/$/: comments are \/* *\//')
breach < <(sources | xargs -r grep -nP '[ \t]+$' | sed 's/$/: blanks at the end/')

# Globals: no writable data at file level.
breach < <(sources | grep '\.c$' | xargs -r grep -nE '^(static )?(int|bool|char|size_t|u?int(8|16|32|64)_t|struct [a-z_]+) \*?[a-z_]+( = .*)?;' |
	grep -v 'const' | sed 's/$/: a global/')

# Length: functions of at most 60 lines, files of at most 500.
breach < <(sources | xargs -r wc -l | awk '$2!="total" && $1>500{print $2 ": " $1 " lines"}')
breach < <(sources | grep '\.c$' | xargs -r awk '
	FNR==1 {name=""}
	/^[a-z_][a-zA-Z0-9_]*\(/ {name=$0; sub(/\(.*/, "", name); start=FNR}
	/^}/ && name!="" {if (FNR-start+1 > 60) printf "%s:%d: %s() has %d lines\n", FILENAME, start, name, FNR-start+1; name=""}')
exit $bad
