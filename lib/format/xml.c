#include "format/xml.h"

#include "base/utf8.h"

void
crm_xml_init(struct crm_xml *x, struct crm_str text)
{
	*x = (struct crm_xml){ .text = text, .rest = text };
}

void
crm_xml_release(struct crm_xml *x)
{
	crm_buf_release(&x->value);
}

static enum crm_status
wrong(const struct crm_xml *x, struct crm_err *err, const char *what)
{
	if (err) {
		err->line = 1;
		for (const char *p = x->text.p; p < x->rest.p; p++)
			err->line += *p == '\n';
	}
	return crm_err_set(err, CRM_INVALID, "xml.syntax", "%s", what);
}

/* &amp; &#243; &#xf3; appended; false for others. */
static bool
reference(struct crm_buf *b, struct crm_str s)
{
	static const struct {
		const char *name;
		char c;
	} five[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' },
		{ "quot", '"' }, { "apos", '\'' } };
	for (size_t i = 0; i < CRM_LEN(five); i++)
		if (crm_str_is(s, five[i].name)) {
			crm_buf_c(b, five[i].c);
			return true;
		}
	if (s.n < 2 || s.n > 10 || *s.p != '#')
		return false;
	char z[12], *end;
	bool hex = s.p[1] == 'x';
	snprintf(z, sizeof(z), "%.*s", CRM_FMT(crm_str_sub(s, 1 + hex, s.n)));
	unsigned long c = strtoul(z, &end, hex ? 16 : 10);
	bool good = *z && !*end && c > 0 && c <= 0x10ffff &&
	    !(c >= 0xd800 && c < 0xe000);
	if (good)
		crm_utf8_encode(b, (uint32_t)c);
	return good;
}

static bool
resolve(struct crm_buf *b, struct crm_str s)
{
	while (s.n) {
		size_t n = crm_str_chr(s, '&');
		crm_buf_str(b, crm_str_sub(s, 0, n));
		s = crm_str_sub(s, n, s.n);
		if (!s.n)
			return true;
		n = crm_str_chr(crm_str_sub(s, 0, 12), ';');
		if (n >= s.n || s.p[n] != ';' ||
		    !reference(b, crm_str_sub(s, 1, n - 1)))
			return false;
		s = crm_str_sub(s, n + 1, s.n);
	}
	return true;
}

static struct crm_str
local_name(struct crm_str s)
{
	size_t colon = crm_str_chr(s, ':');
	return colon < s.n ? crm_str_sub(s, colon + 1, s.n) : s;
}

/* Behind the mark that ends what stands at rest; false without it. */
static bool
skip(struct crm_xml *x, const char *mark)
{
	const char *p = memmem(x->rest.p, x->rest.n, mark, strlen(mark));
	if (!p)
		return false;
	x->rest = crm_str_sub(x->rest, (size_t)(p - x->rest.p) + strlen(mark),
	    x->rest.n);
	return true;
}

static enum crm_status
tag(struct crm_xml *x, enum crm_xml_event *event, struct crm_err *err)
{
	struct crm_str s = crm_str_sub(x->rest, 1, x->rest.n);
	bool close = s.n && *s.p == '/';
	if (close)
		s = crm_str_sub(s, 1, s.n);
	size_t n = 0, end;
	while (n < s.n && !strchr(" \t\r\n/>", s.p[n]))
		n++;
	struct crm_str name = crm_str_sub(s, 0, n);
	char quote = 0;
	for (end = n; end < s.n && (quote || s.p[end] != '>'); end++)
		if (quote ? s.p[end] == quote : s.p[end] == '"' ||
		    s.p[end] == '\'')
			quote = quote ? 0 : s.p[end];
	if (!n || end == s.n)
		return wrong(x, err, _("a tag that is not closed"));
	x->name = local_name(name);
	if (close) {
		if (!x->depth || !crm_str_eq(x->stack[--x->depth], name))
			return wrong(x, err,
			    _("a closing tag that fits no open one"));
		*event = CRM_XML_CLOSE;
	} else {
		x->attrs = crm_str_sub(s, n, end - n);
		x->empty = x->attrs.n && x->attrs.p[x->attrs.n - 1] == '/';
		if (x->depth == CRM_XML_DEPTH)
			return crm_err_set(err, CRM_INVALID, "xml.depth",
			    _("more than %d elements deep"), CRM_XML_DEPTH);
		x->stack[x->depth++] = name;
		*event = CRM_XML_OPEN;
	}
	x->rest = crm_str_sub(s, end + 1, s.n);
	return CRM_OK;
}

enum crm_status
crm_xml_next(struct crm_xml *x, enum crm_xml_event *event, struct crm_err *err)
{
	if (x->empty) {
		x->empty = false;
		x->name = local_name(x->stack[--x->depth]);
		*event = CRM_XML_CLOSE;
		return CRM_OK;
	}
	for (;;) {
		if (!x->rest.n) {
			*event = CRM_XML_END;
			return x->depth ? wrong(x, err,
			    _("it ends inside an element")) : CRM_OK;
		}
		bool known = true;
		if (crm_str_starts(x->rest, CRM_STR("<?")))
			known = skip(x, "?>");
		else if (crm_str_starts(x->rest, CRM_STR("<!--")))
			known = skip(x, "-->");
		else if (crm_str_starts(x->rest, CRM_STR("<![CDATA["))) {
			struct crm_str from = crm_str_sub(x->rest, 9,
			    x->rest.n);
			if (!skip(x, "]]>"))
				return wrong(x, err, _("CDATA not closed"));
			crm_buf_clear(&x->value);
			crm_buf_add(&x->value, from.p,
			    (size_t)(x->rest.p - from.p) - 3);
			*event = CRM_XML_TEXT;
			return CRM_OK;
		} else if (crm_str_starts(x->rest, CRM_STR("<!")))
			return crm_err_set(err, CRM_INVALID, "xml.doctype",
			    _("document types are not read"));
		else if (*x->rest.p == '<')
			return tag(x, event, err);
		else {
			size_t n = crm_str_chr(x->rest, '<');
			struct crm_str s = crm_str_sub(x->rest, 0, n);
			crm_buf_clear(&x->value);
			if (!resolve(&x->value, s))
				return wrong(x, err,
				    _("an entity that is not known"));
			x->rest = crm_str_sub(x->rest, n, x->rest.n);
			*event = CRM_XML_TEXT;
			return CRM_OK;
		}
		if (!known)
			return wrong(x, err, _("a comment that is not closed"));
	}
}

bool
crm_xml_attr(const struct crm_xml *x, const char *name, struct crm_buf *out)
{
	struct crm_str s = x->attrs;
	for (;;) {
		s = crm_str_trim(s);
		size_t eq = crm_str_chr(s, '=');
		struct crm_str key = local_name(crm_str_trim(crm_str_sub(s, 0,
		    eq)));
		s = crm_str_trim(crm_str_sub(s, eq + 1, s.n));
		if (!s.n || (*s.p != '"' && *s.p != '\''))
			return false;
		char quote = *s.p;
		s = crm_str_sub(s, 1, s.n);
		size_t end = crm_str_chr(s, quote);
		if (crm_str_is(key, name))
			return resolve(out, crm_str_sub(s, 0, end));
		s = crm_str_sub(s, end + 1, s.n);
	}
}

void
crm_xml_escape(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '&')
			crm_buf_z(b, "&amp;");
		else if (c == '<')
			crm_buf_z(b, "&lt;");
		else if (c == '>')
			crm_buf_z(b, "&gt;");
		else if (c == '"')
			crm_buf_z(b, "&quot;");
		else if (c >= 0x20 || c == '\n' || c == '\t')
			crm_buf_c(b, (char)c);
	}
}
