#include "format/mail.h"

#include <strings.h>

#include "base/hash.h"
#include "base/time.h"
#include "base/utf8.h"
#include "format/encoding.h"
#include "format/transfer.h"

enum { MAX_DEPTH = 8 };

static bool
is(struct crm_str a, const char *z)
{
	return a.n == strlen(z) && (a.n == 0 || !strncasecmp(a.p, z, a.n));
}

/* One header field with its folds off *rest; false at the blank line or the
 * end. */
static bool
next_header(struct crm_str *rest, struct crm_str *name, struct crm_str *value)
{
	size_t i = 0;
	struct crm_str s = *rest;
	for (;;) {
		size_t n = crm_str_chr(crm_str_sub(s, i, s.n), '\n');
		i += n + 1;
		if (i >= s.n || (s.p[i] != ' ' && s.p[i] != '\t'))
			break;
	}
	struct crm_str line = crm_str_trim(crm_str_sub(s, 0, i));
	*rest = crm_str_sub(s, i, s.n);
	size_t colon = crm_str_chr(line, ':');
	*name = crm_str_sub(line, 0, colon);
	*value = crm_str_trim(crm_str_sub(line, colon + 1, line.n));
	bool good = colon < line.n && name->n;
	for (size_t k = 0; k < name->n; k++)
		good = good && name->p[k] > ' ' && name->p[k] < 0x7f;
	return good;
}

static struct crm_str
decoded(struct crm_arena *mem, struct crm_str value)
{
	struct crm_buf b = { 0 }, clean = { 0 };
	crm_words_decode(&b, value);
	size_t bad;
	struct crm_str s = crm_buf_view(&b);
	/* old mailers: every byte is a letter of Latin-1 */
	if (!crm_utf8_valid(s, &bad) && crm_recode("ISO-8859-1", "UTF-8", s,
	    &clean, NULL) == CRM_OK)
		s = crm_buf_view(&clean);
	s = crm_arena_str(mem, s);
	crm_buf_release(&b);
	crm_buf_release(&clean);
	return s;
}

bool
crm_mail_address(struct crm_str *rest, struct crm_buf *address,
    struct crm_buf *name)
{
	bool quote = false, any = false;
	unsigned comment = 0;
	bool angle = false, had_angle = false;
	size_t from = address->n, i = 0;
	struct crm_buf plain = { 0 };
	for (; i < rest->n; i++) {
		char c = rest->p[i];
		if (c == '\\' && (quote || comment) && i + 1 < rest->n) {
			c = rest->p[++i];
			if (!comment)
				crm_buf_c(angle ? address : &plain, c);
			continue;
		}
		if (c == '"' && !comment && !angle)
			quote = !quote;
		else if (!quote && c == '(')
			comment++;
		else if (!quote && c == ')' && comment)
			comment--;
		else if (comment)
			continue;
		else if (!quote && c == '<') {
			angle = had_angle = true;
			address->n = from;
		} else if (!quote && c == '>')
			angle = false;
		else if (!quote && !angle && (c == ',' || c == ';'))
			break;
		else if (!quote && !angle && c == ':')
			plain.n = 0;	/* a group's name */
		else if (angle)
			crm_buf_c(address, c);
		else
			crm_buf_c(&plain, c);
	}
	any = i < rest->n || rest->n > 0;
	*rest = crm_str_sub(*rest, i + 1, rest->n);
	struct crm_str p = crm_str_trim(crm_buf_view(&plain));
	if (!had_angle)
		crm_buf_str(address, p);
	else
		crm_words_decode(name, p);
	crm_buf_release(&plain);
	return any;
}

static void
addresses(struct crm_mail *m, struct crm_str value, bool from)
{
	struct crm_buf a = { 0 }, n = { 0 };
	while (crm_mail_address(&value, &a, &n)) {
		struct crm_str s = crm_str_trim(crm_buf_view(&a));
		bool good = s.n > 2 && crm_str_chr(s, '@') < s.n &&
		    crm_utf8_valid(s, NULL);
		if (good && from && !m->from.n) {
			m->from = crm_arena_str(&m->mem, s);
			m->from_name = decoded(&m->mem, crm_buf_view(&n));
		} else if (good && !from && m->nto < CRM_MAIL_MAX_ADDRESSES)
			m->to[m->nto++] = crm_arena_str(&m->mem, s);
		crm_buf_clear(&a);
		crm_buf_clear(&n);
	}
	crm_buf_release(&a);
	crm_buf_release(&n);
}

bool
crm_mail_date(struct crm_str s, int64_t *t)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char z[64], month[4];
	int day, year, h, m, sec = 0, zone = 0;
	size_t comma = crm_str_chr(s, ',');
	if (comma < s.n)
		s = crm_str_sub(s, comma + 1, s.n);
	snprintf(z, sizeof(z), "%.*s", CRM_FMT(crm_str_sub(s, 0, 60)));
	int at = 0;
	if (sscanf(z, " %2d %3s %4d %2d:%2d%n", &day, month, &year, &h, &m,
	    &at) != 5 || !at)
		return false;
	int more = 0;
	if (sscanf(z + at, ":%2d%n", &sec, &more) == 1)
		at += more;
	if (sscanf(z + at, " %5d", &zone) != 1)
		zone = 0;
	const char *found = strlen(month) == 3 ? strcasestr(names, month) :
	    NULL;
	if (!found || (found - names) % 3)
		return false;
	if (year < 100)
		year += year < 50 ? 2000 : 1900;
	struct crm_ymd d = { year, (int)(found - names) / 3 + 1, day };
	if (!crm_ymd_valid(d) || h > 23 || m > 59 || sec > 60 || h < 0 ||
	    m < 0 || sec < 0)
		return false;
	int off = (abs(zone) / 100 * 60 + abs(zone) % 100) * 60;
	*t = crm_ymd_day(d) * CRM_DAY + ((int64_t)h * 3600 + m * 60 +
	    (sec > 59 ? 59 : sec) - (zone < 0 ? -off : off)) * CRM_SECOND;
	return true;
}

/* A parameter of a header such as Content-Type: charset=, boundary=, name=. */
static struct crm_str
param(struct crm_str value, const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i + n + 1 < value.n; i++) {
		bool begin = value.p[i] == ';';
		if (!begin)
			continue;
		struct crm_str s = crm_str_trim(crm_str_sub(value, i + 1,
		    value.n));
		if (s.n <= n || strncasecmp(s.p, name, n))
			continue;
		s = crm_str_sub(s, n, s.n);
		if (s.n && *s.p == '*')	/* RFC 2231: only the plain form */
			continue;
		if (!s.n || *s.p != '=')
			continue;
		s = crm_str_trim(crm_str_sub(s, 1, s.n));
		if (s.n && *s.p == '"') {
			s = crm_str_sub(s, 1, s.n);
			return crm_str_sub(s, 0, crm_str_chr(s, '"'));
		}
		return crm_str_trim(crm_str_sub(s, 0, crm_str_chr(s, ';')));
	}
	return (struct crm_str){ NULL, 0 };
}

struct part {
	struct crm_str type, encoding, disposition, body;
};

/* Text without its markup: tags go, blocks end lines, entities of the usual
 * kind are resolved. */
static void
strip_html(struct crm_buf *b, struct crm_str s)
{
	static const struct {
		const char *name, *text;
	} entities[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&#39;", "'" }, { "&nbsp;", " " } };
	bool closed = true;	/* a </s may still come */
	for (size_t i = 0; i < s.n;) {
		struct crm_str rest = crm_str_sub(s, i, s.n);
		if (*rest.p == '<') {
			struct crm_str tag = crm_str_sub(rest, 1, 6);
			bool skip = !strncasecmp(tag.p, "style", tag.n < 5 ?
			    tag.n : 5) || !strncasecmp(tag.p, "script",
			    tag.n < 6 ? tag.n : 6);
			if (!strncasecmp(tag.p, "br", tag.n < 2 ? tag.n : 2) ||
			    !strncasecmp(tag.p, "/p", tag.n < 2 ? tag.n : 2) ||
			    !strncasecmp(tag.p, "/div", tag.n < 4 ? tag.n : 4))
				crm_buf_c(b, '\n');
			const char *end = skip && closed && tag.n > 5 ?
			    memmem(rest.p, rest.n, "</s", 3) : NULL;
			closed = closed && (end || !skip);
			if (end)
				rest = crm_str_sub(rest, (size_t)(end -
				    rest.p), rest.n);
			i = s.n - rest.n + crm_str_chr(rest, '>') + 1;
			continue;
		}
		size_t n = 0;
		for (size_t k = 0; *rest.p == '&' && k < 6 && !n; k++)
			if (crm_str_starts(rest, crm_str_z(entities[k].name))) {
				crm_buf_z(b, entities[k].text);
				n = strlen(entities[k].name);
			}
		if (!n) {
			crm_buf_c(b, *rest.p);
			n = 1;
		}
		i += n;
	}
}

static void
decode_part(const struct part *p, struct crm_buf *out)
{
	if (is(p->encoding, "quoted-printable"))
		crm_qp_decode(out, p->body, false);
	else if (is(p->encoding, "base64"))
		(void)crm_base64_decode(out, p->body);
	else
		crm_buf_str(out, p->body);
}

/* Text of a part as UTF-8 with LF; an unknown or wrong charset: Latin-1. */
static struct crm_str
part_text(struct crm_mail *m, const struct part *p, bool html)
{
	struct crm_buf bytes = { 0 }, utf8 = { 0 }, plain = { 0 };
	char set[48];
	struct crm_str charset = param(p->type, "charset");
	snprintf(set, sizeof(set), "%.*s", CRM_FMT(crm_str_sub(charset, 0,
	    40)));
	decode_part(p, &bytes);
	enum crm_status st = crm_recode(*set ? set : "UTF-8", "UTF-8",
	    crm_buf_view(&bytes), &utf8, NULL);
	if (st) {
		crm_buf_clear(&utf8);
		st = crm_recode("ISO-8859-1", "UTF-8", crm_buf_view(&bytes),
		    &utf8, NULL);
	}
	crm_buf_clear(&bytes);
	for (size_t i = 0; !st && i < utf8.n; i++)
		if (utf8.p[i] != '\r' && utf8.p[i] != '\0')
			crm_buf_c(&bytes, utf8.p[i]);
	if (html)
		strip_html(&plain, crm_buf_view(&bytes));
	struct crm_str s = crm_arena_str(&m->mem, crm_str_trim(
	    crm_buf_view(html ? &plain : &bytes)));
	crm_buf_release(&bytes);
	crm_buf_release(&utf8);
	crm_buf_release(&plain);
	return s;
}

static void
attachment(struct crm_mail *m, const struct part *p)
{
	struct crm_buf bytes = { 0 };
	struct crm_sha256 sha;
	if (m->nparts == CRM_MAIL_MAX_PARTS)
		return;
	struct crm_mail_part *a = &m->part[m->nparts++];
	struct crm_str name = param(p->disposition, "filename");
	if (!name.n)
		name = param(p->type, "name");
	decode_part(p, &bytes);
	a->name = decoded(&m->mem, name);
	a->type = crm_arena_str(&m->mem, crm_str_trim(crm_str_sub(p->type, 0,
	    crm_str_chr(p->type, ';'))));
	a->size = bytes.n;
	crm_sha256_init(&sha);
	crm_sha256_add(&sha, bytes.p, bytes.n);
	crm_sha256_end(&sha, a->sha256);
	crm_buf_release(&bytes);
}

struct walk {
	struct crm_mail *m;
	struct crm_str html;
	size_t parts;
};

static void entity(struct walk *w, struct crm_str text, unsigned depth);

/* The parts between lines "--boundary". */
static void
multipart(struct walk *w, const struct part *p, unsigned depth)
{
	struct crm_str b = param(p->type, "boundary"), rest = p->body;
	struct crm_str begin = { NULL, 0 };
	if (!b.n || depth >= MAX_DEPTH)
		return;
	while (rest.n) {
		struct crm_str line = crm_str_sub(rest, 0,
		    crm_str_chr(rest, '\n'));
		bool mark = line.n >= b.n + 2 && line.p[0] == '-' &&
		    line.p[1] == '-' && !memcmp(line.p + 2, b.p, b.n);
		if (mark && begin.p) {
			struct crm_str part = { begin.p,
				(size_t)(rest.p - begin.p) };
			if (w->parts++ < CRM_MAIL_MAX_PARTS)
				entity(w, part, depth + 1);
		}
		rest = crm_str_sub(rest, line.n + 1, rest.n);
		if (mark)
			begin = rest;
		if (mark && line.n >= b.n + 4 && line.p[b.n + 2] == '-')
			return;
	}
	if (begin.p && begin.n && w->parts++ < CRM_MAIL_MAX_PARTS)
		entity(w, begin, depth + 1);
}

static void
leaf(struct walk *w, const struct part *p)
{
	bool attached = p->disposition.n >= 10 &&
	    !strncasecmp(p->disposition.p, "attachment", 10);
	bool plain = !p->type.n || (p->type.n >= 10 &&
	    !strncasecmp(p->type.p, "text/plain", 10));
	bool html = p->type.n >= 9 && !strncasecmp(p->type.p, "text/html", 9);
	if (!attached && plain && !w->m->body.n)
		w->m->body = part_text(w->m, p, false);
	else if (!attached && html && !w->html.n)
		w->html = part_text(w->m, p, true);
	else if (p->body.n)
		attachment(w->m, p);
}

static void
entity(struct walk *w, struct crm_str text, unsigned depth)
{
	struct part p = { 0 };
	struct crm_str name, value;
	while (next_header(&text, &name, &value)) {
		if (is(name, "Content-Type"))
			p.type = value;
		else if (is(name, "Content-Transfer-Encoding"))
			p.encoding = value;
		else if (is(name, "Content-Disposition"))
			p.disposition = value;
	}
	p.body = text;
	if (p.type.n > 10 && !strncasecmp(p.type.p, "multipart/", 10))
		multipart(w, &p, depth);
	else
		leaf(w, &p);
}

enum crm_status
crm_mail_read(struct crm_str message, struct crm_mail *m, struct crm_err *err)
{
	*m = (struct crm_mail){ .nto = 0 };
	struct crm_str rest = message, name, value;
	size_t headers = 0;
	while (next_header(&rest, &name, &value)) {
		headers++;
		if (is(name, "Subject"))
			m->subject = decoded(&m->mem, value);
		else if (is(name, "From"))
			addresses(m, value, true);
		else if (is(name, "To") || is(name, "Cc"))
			addresses(m, value, false);
		else if (is(name, "Date"))
			m->has_date = crm_mail_date(value, &m->date);
		else if (is(name, "Message-ID"))
			m->id = decoded(&m->mem, value);
		else if (is(name, "In-Reply-To"))
			m->reply_to_id = decoded(&m->mem, value);
	}
	if (!headers || (!m->from.n && !m->has_date && !m->subject.n)) {
		crm_mail_release(m);
		return crm_err_set(err, CRM_INVALID, "mail.header",
		    _("no message: no header with From, Date or Subject"));
	}
	struct walk w = { .m = m };
	entity(&w, message, 0);
	if (!m->body.n)
		m->body = w.html;
	return CRM_OK;
}

void
crm_mail_release(struct crm_mail *m)
{
	crm_arena_release(&m->mem);
}
