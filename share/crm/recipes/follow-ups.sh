#!/bin/sh
# Follow-up tasks: one for each rule, record and due date. A task's id says all
# three, so that it is made once, stays done when it is done, and comes again
# when the date has moved.
#
#   0 6 * * *  follow-ups.sh
set -eu

# rule NAME FIELD DATE 'SUBJECT' QUERY...: a task about each record found, due
# on its DATE; FIELD is the activity's reference to it.
rule() {
	name=$1 field=$2 date=$3 subject=$4
	shift 4
	crm-find --end "$@" -f "id,$date,owner" |
	sed 's/^{"id":"\([^"]*\)","'"$date"'":"\([^"]*\)"/{"id":"task.'"$name"'.\1.\2","type":"activity","kind":"task","subject":"'"$subject"'","'"$field"'":"\1","due":"\2"/' |
	crm-add -q --upsert id --on-conflict keep --require-end -m "follow-up: $name"
}

rule closing deal close_date 'Ask for the decision' deal is:open close_date:today..+7d
rule birthday contact next_birthday 'Wish a happy birthday' contact owner:any next_birthday:today..+7d
