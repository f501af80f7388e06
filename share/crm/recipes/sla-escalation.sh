#!/bin/sh
# Tickets whose reply or solution is overdue become urgent, once, and get a
# task for now, owned by OWNER (an operand).
#
#   */15 * * * *  sla-escalation.sh OWNER
set -eu
owner=${1:?who looks after what is late}

late=$(crm-find ticket is:overdue not tag:escalated -F ids)
[ -z "$late" ] || printf '%s\n' "$late" | while read -r ticket; do
	crm-add -q --upsert id --on-conflict keep -m 'SLA missed' activity \
		id="task.sla.$ticket" kind=task ticket="$ticket" \
		subject='SLA missed' due=now owner="$owner"
	crm-edit -q -m 'SLA missed' "$ticket" priority=urgent tags+=escalated
done
