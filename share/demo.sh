#!/bin/sh
# The main job on real records: import, clean, dedupe, merge, score, report,
# export. Run by `make demo`; shows each command before what it prints.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${BUILD:=$here/../build}"
PATH=$BUILD/bin:$PATH
CRM_DATADIR=$here/crm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CRM_STORE=$work/store CRM_NOW=2018-01-02T09:00:00Z CRM_ACTOR=demo
export PATH CRM_DATADIR CRM_STORE CRM_NOW CRM_ACTOR
cp "$here"/crm/examples/*.csv "$here"/crm/examples/*.json "$work"
cd "$work"

step() {
	printf '\n# %s\n' "$1"
}
show() {
	printf '$ %s\n' "$1"
	sh -c "$1" 2>&1 || [ $? = "${2:-0}" ] || {
		echo "demo: that failed" >&2
		exit 1
	}
}

step 'a store; account names are made a key of this one'
show 'crm init -q country=US timezone=America/New_York'
show 'crm schema add account-key.json'
step 'a real pipeline of 8,800 deals, with its faults, and contacts in five languages'
show 'crm-import --map sales.json accounts.csv | crm-add -q -v --upsert name'
show 'crm-import --map sales.json products.csv | crm-add -q -v --upsert name'
show 'crm-import --map sales.json --currency USD sales_pipeline.csv | crm-add -q -v --upsert ext.sales'
show 'crm-import -t contact --reject rejects.csv contacts.csv | crm-add -q -v'
step 'the rejected row is kept as it was, to be mended and fed again'
show 'sed s/1999-02-29/1999-02-28/ rejects.csv | crm-import -t contact | crm-add -q -v'
step 'what is wrong with them, and what is safe to mend'
show 'crm-check -a -t contact --only phone.invalid,email.syntax' 1
show 'crm-find contact | crm-check --fix 2>/dev/null | crm-edit --patch -q -v' 1
step 'who is who, in any script'
show 'crm-dedupe -a -t contact --pairs -f a,b,_score,_decision -F table'
show 'crm-dedupe -a -t contact | crm-merge -q -v'
show 'crm-find contact --count'
step 'look things up, change in bulk'
show "crm-find contact like:Mohammed -F table -f name,emails,phones"
show 'crm-find deal stage:qualified amount:none account.country:US --count'
show 'crm-find deal is:open opened:..2017-03-31 | crm-edit next_step="call or close" -q -v'
step 'the figures'
show 'crm-report pipeline'
show 'crm-report -t deal --by owner --count --sum amount --where stage:won -F table | head -n 6'
show 'crm-score -a -t contact -F table -f name,_score,_grade -l 5'
step 'out again, and into a second store: the same records'
show 'crm-export -a -t contact -F csv -f name,emails,phones,address.country | head -n 4'
show 'crm-find any >all.jsonl'
show 'crm-add -s copy --create -q all.jsonl'
show 'crm status --digest | grep digest; crm -s copy status --digest | grep digest'
step 'and back: any of it can be undone'
show 'crm-history log | head -n 2'
show 'crm-merge --undo 8 -q; crm-find contact --count'
