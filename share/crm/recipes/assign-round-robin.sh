#!/bin/sh
# Give new leads without an owner to the users of role sales in turn. The turn
# goes on where the last run ended: it counts the leads that have an owner.
#
#   */10 * * * *  assign-territory.sh; assign-round-robin.sh
set -eu
users=$(crm-find user role:sales -F ids)
turn=$(crm-find lead owner:any --count)

crm-find lead status:new owner:none -F values -f id,rev |
awk -v users="$users" -v turn="$turn" '
	BEGIN { n = split(users, u) }
	n { printf "{\"id\":\"%s\",\"rev\":%s,\"owner\":\"%s\"}\n", $1, $2, u[turn++ % n + 1] }' |
crm-edit -q --patch --if-rev -m 'lead assignment: in turn'
