#include "format/contentline.h"

#include <strings.h>

#include "base/utf8.h"
#include "format/encoding.h"
#include "format/transfer.h"

static bool
same_word(struct crm_str s, const char *z)
{
	return s.n == strlen(z) && (s.n == 0 || !strncasecmp(s.p, z, s.n));
}

bool
crm_cline_is(const struct crm_cline *l, const char *name)
{
	return same_word(l->name, name);
}

struct crm_str
crm_cline_param(const struct crm_cline *l, const char *name)
{
	for (size_t i = 0; i < l->nparam; i++)
		if (same_word(l->param[i].name, name))
			return l->param[i].value;
	return (struct crm_str){ NULL, 0 };
}

bool
crm_cline_has(const struct crm_cline *l, const char *name, const char *value)
{
	for (size_t i = 0; i < l->nparam; i++)
		if (same_word(l->param[i].name, name) &&
		    same_word(l->param[i].value, value))
			return true;
	return false;
}

/* One physical line off *rest, without its end. */
static struct crm_str
physical(struct crm_str *rest)
{
	size_t n = crm_str_chr(*rest, '\n');
	struct crm_str line = crm_str_sub(*rest, 0, n);
	*rest = crm_str_sub(*rest, n + 1, rest->n);
	while (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool
is_quoted_printable(struct crm_str line)
{
	static const char mark[] = "QUOTED-PRINTABLE";
	size_t head = crm_str_chr(line, ':');
	for (size_t i = 0; i + sizeof(mark) - 1 <= head; i++)
		if (!strncasecmp(line.p + i, mark, sizeof(mark) - 1))
			return true;
	return false;
}

/* Physical lines joined: a blank in front continues (RFC 6350 3.2), and so
 * does a soft break of quoted-printable text. */
static struct crm_str
logical(struct crm_str *rest, struct crm_arena *mem)
{
	struct crm_str line = physical(rest);
	bool qp = is_quoted_printable(line);
	struct crm_buf joined = { 0 };
	for (;;) {
		bool soft = qp && line.n && line.p[line.n - 1] == '=';
		bool fold = rest->n && (*rest->p == ' ' || *rest->p == '\t');
		if (!rest->n || (!soft && !fold))
			break;
		if (!joined.n)
			crm_buf_str(&joined, line);
		if (soft)
			crm_buf_c(&joined, '\n');
		struct crm_str more = physical(rest);
		/* a soft break's line may begin with a blank of its own */
		crm_buf_str(&joined, soft ? more :
		    crm_str_sub(more, 1, more.n));
		line = crm_buf_view(&joined);
	}
	if (joined.n)
		line = crm_arena_str(mem, crm_buf_view(&joined));
	crm_buf_release(&joined);
	return line;
}

/* ^n, ^' and ^^ (RFC 6868). */
static struct crm_str
undo_carets(struct crm_str s, struct crm_arena *mem)
{
	if (crm_str_chr(s, '^') == s.n)
		return s;
	char *q = crm_arena_alloc(mem, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], d = i + 1 < s.n ? s.p[i + 1] : '\0';
		if (c == '^' && (d == 'n' || d == '\'' || d == '^')) {
			c = d == 'n' ? '\n' : d == '\'' ? '"' : '^';
			i++;
		}
		q[n++] = c;
	}
	return (struct crm_str){ q, n };
}

static void
add_param(struct crm_cline *l, struct crm_str name, struct crm_str value,
    struct crm_arena *mem)
{
	if (l->nparam < CRM_CLINE_PARAMS)
		l->param[l->nparam++] = (struct crm_cparam){ name,
			undo_carets(value, mem) };
}

/* One `;NAME=v,"v",v` from *s on; leaves *s at the next ; or : and false where
 * neither comes. */
static bool
one_param(struct crm_str *s, struct crm_cline *l, struct crm_arena *mem)
{
	size_t i = 0;
	while (i < s->n && s->p[i] != '=' && s->p[i] != ';' && s->p[i] != ':')
		i++;
	struct crm_str name = crm_str_sub(*s, 0, i);
	bool bare = i == s->n || s->p[i] != '=';
	*s = crm_str_sub(*s, bare ? i : i + 1, s->n);
	if (bare)
		add_param(l, CRM_STR("TYPE"), name, mem);
	while (!bare) {
		struct crm_str v;
		bool quoted = s->n && *s->p == '"';
		i = quoted ? crm_str_chr(crm_str_sub(*s, 1, s->n), '"') : 0;
		if (quoted) {
			v = crm_str_sub(*s, 1, i);
			i += 2;
		} else {
			while (i < s->n && !strchr(",;:", s->p[i]))
				i++;
			v = crm_str_sub(*s, 0, i);
		}
		*s = crm_str_sub(*s, i, s->n);
		/* TYPE="voice,cell" is a list too (RFC 6350 5.6) */
		struct crm_str part;
		while (quoted && same_word(name, "TYPE") &&
		    crm_str_chr(v, ',') < v.n &&
		    crm_str_split(&v, ',', &part) && v.p)
			add_param(l, name, part, mem);
		add_param(l, name, v, mem);
		if (!s->n || *s->p != ',')
			break;
		*s = crm_str_sub(*s, 1, s->n);
	}
	return s->n && (*s->p == ';' || *s->p == ':');
}

/* vCard 2.1: ENCODING=QUOTED-PRINTABLE and CHARSET. The decoded text gets the
 * escapes of later versions, so that readers see one kind of value. */
static void
decode_old(struct crm_cline *l, struct crm_arena *mem)
{
	bool qp = crm_cline_has(l, "ENCODING", "QUOTED-PRINTABLE") ||
	    crm_cline_has(l, "TYPE", "QUOTED-PRINTABLE");
	struct crm_str set = crm_cline_param(l, "CHARSET");
	if (!qp)	/* the whole file was decoded already */
		return;
	struct crm_buf plain = { 0 }, utf8 = { 0 };
	crm_qp_decode(&plain, l->value, false);
	char name[48];
	snprintf(name, sizeof(name), "%.*s", CRM_FMT(set));
	if (!set.n || crm_recode(name, "UTF-8", crm_buf_view(&plain), &utf8,
	    NULL)) {
		crm_buf_clear(&utf8);
		crm_buf_str(&utf8, crm_buf_view(&plain));
	}
	crm_buf_clear(&plain);
	for (size_t i = 0; i < utf8.n; i++) {
		char c = utf8.p[i];
		if (c == '\n')
			crm_buf_z(&plain, "\\n");
		else if (c != '\r')
			crm_buf_c(&plain, c);
	}
	l->value = crm_arena_str(mem, crm_buf_view(&plain));
	l->decoded = true;
	crm_buf_release(&plain);
	crm_buf_release(&utf8);
}

enum crm_status
crm_cline_next(struct crm_str *rest, struct crm_arena *mem,
    struct crm_cline *out, struct crm_err *err)
{
	struct crm_str s, begin;
	do {
		if (!rest->n)
			return CRM_NOTFOUND;
		begin = *rest;
		s = logical(rest, mem);
	} while (crm_str_trim(s).n == 0);
	out->bytes = (struct crm_str){ begin.p, (size_t)(begin.n - rest->n) };
	out->nparam = 0;
	out->decoded = false;
	out->group = (struct crm_str){ NULL, 0 };
	size_t i = 0;
	while (i < s.n && s.p[i] != ';' && s.p[i] != ':')
		i++;
	out->name = crm_str_sub(s, 0, i);
	size_t dot = crm_str_chr(out->name, '.');
	if (dot < out->name.n) {
		out->group = crm_str_sub(out->name, 0, dot);
		out->name = crm_str_sub(out->name, dot + 1, out->name.n);
	}
	struct crm_str tail = crm_str_sub(s, i, s.n);
	bool more = out->name.n > 0 && tail.n > 0;
	while (more && *tail.p == ';') {
		tail = crm_str_sub(tail, 1, tail.n);
		more = one_param(&tail, out, mem);
	}
	if (!more)
		return crm_err_set(err, CRM_INVALID, "contentline.syntax",
		    _("not 'NAME:value': '%.*s'"), CRM_FMT(crm_str_sub(s, 0, 60)));
	out->value = crm_str_sub(tail, 1, tail.n);
	decode_old(out, mem);
	return CRM_OK;
}
