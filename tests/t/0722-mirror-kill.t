#!/bin/bash
# kill -9 of writers and syncers: git equals the store, no revision is missing or
# twice, no lock stays. CRM_LONG=1: a thousand kills.
. "${0%/*}/../lib.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git" ] || skip_all "built without the git mirror"
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
git=(git -C "$CRM_STORE/mirror.git")
helper=$BUILD/libexec/crm/crm-git
want=${CRM_LONG:+1000}
want=${want:-40}
unset CRM_NOW
crm init -q --history
crm-add -q contact id=c0 name=Zero

# One command after another, each by its own process that can be killed.
loop() {	# NAME COMMAND...
	local name=$1
	shift
	while [ -e go ]; do
		"$@" >/dev/null 2>&1 &
		echo $! >"pid.$name.new" && mv "pid.$name.new" "pid.$name"
		wait $!
		[ $? != 137 ] || echo >>kills
		[ -e go ] && "$@" >/dev/null 2>&1	# some come through
	done
}
writer() {
	case $((RANDOM % 6)) in
	0) exec crm-add -q contact name="N$RANDOM" title="$BASHPID" ;;
	1) seq $((RANDOM % 300)) | sed 's/.*/{"type":"contact","name":"Many &"}/' | exec crm-add -q --batch 50 ;;
	2) exec crm-edit -q c0 title="T$RANDOM" ;;
	3) id=$(crm-find contact 'name:N*' -F ids -l 1) && exec crm-rm -q "$id" ;;
	5) echo "file $((RANDOM % 50))" >"file$BASHPID"
		exec crm-edit -q c0 attach@="file$BASHPID" ;;
	4) id=$(crm-find contact 'name:N*' -F ids -l 1) && exec crm-edit -q "$id" notes="x$RANDOM" ;;
	esac
}
touch go kills
loop w1 writer 2>/dev/null & loops=$!
loop w2 writer 2>/dev/null & loops="$loops $!"
loop s1 "$helper" -q -s "$CRM_STORE" mirror 2>/dev/null & loops="$loops $!"
loop s2 "$helper" -q -s "$CRM_STORE" mirror 2>/dev/null & loops="$loops $!"
end=$((SECONDS + (want > 100 ? want : 60)))
while [ "$(wc -l <kills)" -lt "$want" ] && [ $SECONDS -lt $end ]; do
	sleep 0.0$((RANDOM % 10))
	f=(pid.*[0-9])
	pid=$(cat "${f[RANDOM % ${#f[@]}]}" 2>/dev/null) && [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
done
rm go
wait $loops
n=$(wc -l <kills)
[ "$n" -ge $((want / 4)) ]
verdict $? 'programs were killed' "$n"
echo "# $n kills"
ok 'the next syncer needs no help' 'crm-history mirror -q --wait 60'
is 'no lock stays' "$(find "$CRM_STORE/mirror.git" -name '*.lock' -o -name 'crm_tmp*' -o -name crm-forget)" ''
ok 'git finds no fault' "${git[*]} fsck --full --strict"
ok 'nor does the store' 'crm verify -q'
is 'the sequence is whole' "$("${git[@]}" log --reverse --format='%(trailers:key=Crm-Seq,valueonly,separator=)' main | tr '\n' ' ')" \
	"$(seq -s ' ' "$("${git[@]}" rev-list --count main)") "
is 'so are the revisions' "$("${git[@]}" log --reverse --format='%(trailers:key=Crm-Rev,valueonly,separator=)' main |
	awk -F- '{ if ($1 != last + 1 && NR > 1) print "gap before " $0; last = $NF } END { print last }')" \
	"$(crm status -F jsonl | jq .rev)"
ok 'a store comes back' 'crm -s new restore -q --from-git "$CRM_STORE/mirror.git"'
err_empty 'with every attached file'
is 'that is the same' "$(crm-find -s new any | sha256sum)" "$(crm-find any | sha256sum)"
# Every version that the journal knows is there: not only the newest.
is 'and its whole history' "$("${git[@]}" log --reverse --format='%(trailers:key=Crm-Txn,valueonly,separator=)' main | sort -u | grep -c .)" \
	"$(crm-history log | wc -l)"
done_testing
