#!/bin/sh
# A letter to the contact of each open contract that ends within 30 days, once for
# each end, with consent to messages about the service.
#
#   0 8 * * 1-5  CRM_OUTBOX=/var/spool/crm renewal-letters.sh
set -eu
ends=$(crm-find contract is:open contact:any end:today..+30d -F values -f contact,end)
[ -z "$ends" ] || printf '%s\n' "$ends" |
	"$(dirname "$0")/letters.sh" renewal service
