#!/bin/bash
# After histories of every kind of command a store made of the mirror equals the
# store; CRM_LONG=1: longer ones, CRM_SEED="3 4" names other seeds.
. "${0%/*}/../lib.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git2" ] || skip_all 'built without the git mirror'
export GIT_CONFIG_NOSYSTEM=1
n=60
[ -z "${CRM_LONG:-}" ] || n=1000
cat >boat.json <<'END'
{"$id":"boat","type":"object","properties":{"name":{"type":"string","x-crm-unique":true},
"length":{"type":"number"},"skipper":{"type":"string","x-crm-ref":"contact"}}}
END
echo '{"$id":"contact","type":"object","properties":{"shoe_size":{"type":"integer","x-crm-index":true}}}' >shoes.json
same_store() {	# WHAT
	local s=$scratch/again
	rm -rf "$s"
	ok "$1: a store of the mirror" 'crm-history mirror -q && crm -s "$scratch/again" restore -q --from-git "$CRM_STORE/mirror.git"'
	err_empty "$1: and nothing to be said"
	is "$1: the same digest" "$(crm -s "$s" status --digest | grep digest)" "$(crm status --digest | grep digest)"
	is "$1: the same records, to the byte" "$(diff <(crm-find -s "$s" any) <(crm-find any) | head)" ''
	is "$1: settings, schemas, refusals" "$(diff <(crm backup - -s "$s" | grep _named) <(crm backup - | grep _named) | head)" ''
	is "$1: the same answers" "$(answers "$s")" "$(answers "$CRM_STORE")"
	# Those of deleted records may be the store's alone.
	is "$1: the same files" "$(diff -r "$CRM_STORE/files" "$s/files" -x index | grep -v "^Only in $CRM_STORE/")" ''
	ok "$1: both are sound" "crm verify -q -s '$s' && crm-history verify -q && crm-history verify -q -s '$s'"
}
answers() {
	crm-find -s "$1" --get <ids
	crm-find -s "$1" any text:import -F ids
	crm-find -s "$1" contact like:Name -F ids
	crm-find -s "$1" contact 'shoe_size:40..' -F ids
	crm-report -s "$1" pipeline -F jsonl
	crm -s "$1" schema boat
}
seeds=${CRM_SEED:-1 2}
for seed in $seeds; do
	kind=plain
	[ $((seed % 2)) = 1 ] || kind=sealed
	what="seed $seed, $kind"
	rm -rf "$CRM_STORE" "$CRM_STORE.other" commands
	crm init -q --history=$kind timezone=Europe/Athens --index text,match
	ok "$what: a history" "perl '$src/tests/lint/random-undo.pl' $seed $n"
	unset CRM_NOW
	crm schema add boat.json && crm schema add shoes.json
	printf '%s\n' '{"type":"contact","id":"jason","name":"Jason","shoe_size":43,"n":1e400}' \
		'{"type":"boat","name":"Argo","length":30.50,"skipper":"jason"}' | crm-add -q
	crm-find any --as-of now -F ids | head -n 40 >ids
	a=$(crm-add contact name=Twin -F ids) b=$(crm-add contact name=Twin -F ids)
	echo "{\"distinct\":[\"$a\",\"$b\"]}" | crm-merge -q
	echo "file of $seed" >more && crm-edit -q "$a" attach@=more
	crm config my.own 'a value'
	same_store "$what"
	crm-find contact -F ids | head -n 3 | crm-rm -q --erase --expect 3 -
	same_store "$what, with erased ones"
	ok "$what: compacted" 'crm compact -q --keep 0d && rm -rf "$CRM_STORE/mirror.git"'
	same_store "$what, from the horizon on"
done
done_testing
