#include "base/base.h"

#include <libintl.h>

struct crm_str
crm_str_trim(struct crm_str s)
{
	while (s.n && strchr(" \t\r\n", s.p[0]) && s.p[0])
		s.p++, s.n--;
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return s;
}

bool
crm_str_split(struct crm_str *rest, char sep, struct crm_str *part)
{
	if (!rest->p)
		return false;
	size_t i = crm_str_chr(*rest, sep);
	*part = (struct crm_str){ rest->p, i };
	if (i == rest->n) {
		*rest = (struct crm_str){ NULL, 0 };
	} else {
		rest->p += i + 1;
		rest->n -= i + 1;
	}
	return true;
}

const char *
crm_gettext(const char *msg)
{
	return dgettext("crmutils", msg);
}
