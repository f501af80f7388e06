/* Escapes and folds of content lines. */
#include "format/contentline.h"

void
crm_cline_unescape(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\\' && i + 1 < s.n && strchr("nN,;:\\", s.p[i + 1]) &&
		    s.p[i + 1]) {
			c = s.p[++i];
			if (c == 'n' || c == 'N')
				c = '\n';
		}
		crm_buf_c(b, c);
	}
}

bool
crm_cline_split(struct crm_str *rest, char sep, struct crm_str *part)
{
	if (!rest->p)
		return false;
	size_t i = 0;
	while (i < rest->n && rest->p[i] != sep)
		i += rest->p[i] == '\\' && i + 1 < rest->n ? 2 : 1;
	*part = crm_str_sub(*rest, 0, i);
	if (i < rest->n)
		*rest = crm_str_sub(*rest, i + 1, rest->n);
	else
		*rest = (struct crm_str){ NULL, 0 };
	return true;
}

void
crm_cline_escape(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\n' || c == '\r') {
			if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
				continue;
			crm_buf_z(b, "\\n");
			continue;
		}
		if (c == ',' || c == ';' || c == '\\')
			crm_buf_c(b, '\\');
		crm_buf_c(b, c);
	}
}

void
crm_cline_put_param(struct crm_buf *b, struct crm_str s)
{
	bool quote = false;
	for (size_t i = 0; i < s.n; i++)
		quote = quote || s.p[i] == ',' || s.p[i] == ';' ||
		    s.p[i] == ':';
	if (quote)
		crm_buf_c(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\n')
			crm_buf_z(b, "^n");
		else if (c == '"')
			crm_buf_z(b, "^'");
		else if (c == '^')
			crm_buf_z(b, "^^");
		else if ((unsigned char)c >= 0x20)
			crm_buf_c(b, c);
	}
	if (quote)
		crm_buf_c(b, '"');
}

void
crm_cline_fold(struct crm_buf *b, size_t from)
{
	enum { WIDTH = 75 };
	if (b->n - from > WIDTH) {
		struct crm_buf line = { 0 };
		crm_buf_add(&line, b->p + from, b->n - from);
		b->n = from;
		struct crm_str s = crm_buf_view(&line);
		for (size_t room = WIDTH; s.n > room; room = WIDTH - 1) {
			size_t n = room;
			while (n > 1 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
				n--;
			crm_buf_add(b, s.p, n);
			crm_buf_z(b, "\r\n ");
			s = crm_str_sub(s, n, s.n);
		}
		crm_buf_str(b, s);
		crm_buf_release(&line);
	}
	crm_buf_z(b, "\r\n");
}
