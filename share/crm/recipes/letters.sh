#!/bin/sh
# Write each person one letter for each occasion, with consent.
#
#   ... | letters.sh RULE PURPOSE     stdin: a contact's id and an occasion
#
# A letter is RULE.eml, filled for the contact, as a file of the directory
# CRM_OUTBOX, and an activity in the store, whose id names rule, contact and
# occasion. So nobody gets a letter twice. To send and be rid of them:
#
#   for f in "$CRM_OUTBOX"/*.eml; do sendmail -t <"$f" && rm "$f"; done
set -eu
rule=$1 purpose=$2
outbox=${CRM_OUTBOX:?the directory that letters are written to}
template=${CRM_LETTERS:-$(dirname "$0")}/$rule.eml
mkdir -p "$outbox"

while read -r contact occasion; do
	id=mail.$rule.$contact.$occasion
	crm-find -q activity "id:$id" && status=0 || status=$?
	case $status in 0) continue ;; 1) ;; *) exit "$status" ;; esac
	crm-find contact "id:$contact" email:any |
	crm-consent --purpose "$purpose" --channel email |
	crm-export -q --template "$template" -o "$outbox/$id.eml"
	if [ -s "$outbox/$id.eml" ]; then
		crm-add -q -m "letter: $rule" activity id="$id" kind=email \
			direction=out contact="$contact" subject="letter: $rule" at=now
	else
		rm -f "$outbox/$id.eml"
	fi
done
