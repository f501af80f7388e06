#!/bin/sh
# Mail reports to all users of role manager, as text and HTML.
#
#   0 7 * * 1  weekly-mail.sh pipeline forecast service
#
# SENDMAIL replaces sendmail -t; SENDMAIL=cat shows the mails.
set -eu
to=$(crm-find user role:manager email:any -F values -f email)
[ -n "$to" ] || exit 0
to=$(printf '%s\n' "$to" | paste -s -d , -)
for report in "${@:-pipeline}"; do
	{ printf 'To: %s\n' "$to"; crm-report "$report" -F mime; } |
	${SENDMAIL:-sendmail -t}
done
