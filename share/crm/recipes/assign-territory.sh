#!/bin/sh
# Give new leads without an owner to the user whose territory holds the lead's
# country. Where territories overlap, the first user gets it.
#
#   */10 * * * *  assign-territory.sh; assign-round-robin.sh
set -eu
users=$(crm-find user territory:any -F values -f id,territory)
[ -z "$users" ] || printf '%s\n' "$users" | tr ';' ',' | while read -r user countries; do
	crm-find lead status:new owner:none "country:$countries" --end -f id |
	crm-edit -q --require-end -m 'lead assignment: territory' owner="$user"
done
