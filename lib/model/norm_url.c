#include "model/norm_url.h"
#include "model/punycode.h"

struct url {
	struct crm_str scheme, host, port, path, query;
};

static bool
is_scheme(struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] | 0x20;
		if (!((c >= 'a' && c <= 'z') || (i && ((s.p[i] >= '0' &&
		    s.p[i] <= '9') || strchr("+-.", s.p[i])))))
			return false;
	}
	return s.n > 0;
}

/* Splits as RFC 3986 section 3 does; what has no scheme begins with the
 * host. User names and fragments are dropped. */
static void
split(struct crm_str s, struct url *u)
{
	memset(u, 0, sizeof(*u));
	s = crm_str_trim(s);
	char *mark = s.n ? memmem(s.p, s.n, "://", 3) : NULL;
	size_t colon = mark ? (size_t)(mark - s.p) : 0;
	if (mark && is_scheme(crm_str_sub(s, 0, colon))) {
		u->scheme = crm_str_sub(s, 0, colon);
		s = crm_str_sub(s, colon + 3, s.n);
	} else if (crm_str_starts(s, CRM_STR("//"))) {
		s = crm_str_sub(s, 2, s.n);
	}
	s.n = crm_str_chr(s, '#');
	size_t query = crm_str_chr(s, '?');
	u->query = crm_str_sub(s, query + 1, s.n);
	s.n = query;
	size_t slash = crm_str_chr(s, '/');
	u->path = crm_str_sub(s, slash, s.n);
	s.n = slash;
	size_t at = crm_str_chr(s, '@');
	if (at < s.n)
		s = crm_str_sub(s, at + 1, s.n);
	size_t port = crm_str_chr(s, ':');
	u->port = crm_str_sub(s, port + 1, s.n);
	u->host = crm_str_sub(s, 0, port);
}

static struct crm_str
without_www(struct crm_str host)
{
	return crm_str_starts(host, CRM_STR("www.")) &&
	    crm_str_chr(crm_str_sub(host, 4, host.n), '.') < host.n - 4 ?
	    crm_str_sub(host, 4, host.n) : host;
}

static enum crm_host
host_key(struct crm_buf *b, struct crm_str host)
{
	struct crm_buf h = { 0 };
	enum crm_host st = crm_host_ascii(&h, host);
	if (st == CRM_HOST_OK)
		crm_buf_str(b, without_www(crm_buf_view(&h)));
	crm_buf_release(&h);
	return st;
}

bool
crm_domain_key(struct crm_buf *b, struct crm_str s)
{
	struct url u;
	split(s, &u);
	return host_key(b, u.host) == CRM_HOST_OK;
}

const char *
crm_domain_check(struct crm_str s)
{
	struct crm_buf b = { 0 };
	struct url u;
	split(s, &u);
	enum crm_host h = host_key(&b, u.host);
	crm_buf_release(&b);
	return h == CRM_HOST_OK ? NULL : crm_host_reason(h);
}

/* Second-level labels that registries sell below, by country: those common to
 * many countries, and suffixes of their own. */
static bool
is_suffix(struct crm_str two, struct crm_str tld)
{
	static const char common[] = " co com org net gov edu ac or ne go mil"
	    " gob gouv govt ltd plc sch nhs me asso nom muni biz info web id"
	    " firm gen ind res school k12 gv in pro name ";
	static const char own[] = " gov.gr com.gr edu.gr org.gr net.gr"
	    " europa.eu github.io blogspot.com herokuapp.com pages.dev"
	    " netlify.app vercel.app web.app azurewebsites.net"
	    " cloudfront.net s3.amazonaws.com wixsite.com myshopify.com ";
	char word[72];
	int n = snprintf(word, sizeof(word), " %.*s ", CRM_FMT(two));
	if (n < (int)sizeof(word) && strstr(own, word))
		return true;
	size_t dot = crm_str_chr(two, '.');
	n = snprintf(word, sizeof(word), " %.*s ",
	    CRM_FMT(crm_str_sub(two, 0, dot)));
	return tld.n == 2 && n < (int)sizeof(word) && strstr(common, word);
}

/* Offset of the last `labels` labels. */
static size_t
last_labels(struct crm_str s, int labels)
{
	size_t i = s.n;
	while (i > 0) {
		if (s.p[i - 1] == '.' && --labels == 0)
			break;
		i--;
	}
	return i;
}

struct crm_str
crm_domain_registrable(struct crm_str key)
{
	struct crm_str tld = crm_str_sub(key, last_labels(key, 1), key.n);
	struct crm_str two = crm_str_sub(key, last_labels(key, 2), key.n);
	if (!is_suffix(two, tld))
		return two;
	return crm_str_sub(key, last_labels(key, 3), key.n);
}

static bool
is_tracking(struct crm_str param)
{
	static const char names[][12] = { "gclid", "fbclid", "msclkid",
		"mc_cid", "mc_eid", "igshid", "yclid", "dclid", "_hsenc",
		"_hsmi", "ref_src" };
	struct crm_str name = crm_str_sub(param, 0, crm_str_chr(param, '='));
	if (crm_str_starts(name, CRM_STR("utm_")))
		return true;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (crm_str_is(name, names[i]))
			return true;
	return false;
}

static void
put_query(struct crm_buf *b, struct crm_str query)
{
	struct crm_str param;
	char sep = '?';
	while (query.n && crm_str_split(&query, '&', &param)) {
		if (param.n == 0 || is_tracking(param))
			continue;
		crm_buf_c(b, sep);
		crm_buf_str(b, param);
		sep = '&';
	}
}

bool
crm_url_key(struct crm_buf *b, struct crm_str s)
{
	struct url u;
	split(s, &u);
	if (host_key(b, u.host) != CRM_HOST_OK)
		return false;
	if (u.port.n && !crm_str_is(u.port, "80") &&
	    !crm_str_is(u.port, "443")) {
		crm_buf_c(b, ':');
		crm_buf_str(b, u.port);
	}
	while (u.path.n && u.path.p[u.path.n - 1] == '/')
		u.path.n--;
	crm_buf_str(b, u.path);
	put_query(b, u.query);
	return true;
}

const char *
crm_url_check(struct crm_str s)
{
	struct crm_buf h = { 0 };
	struct url u;
	s = crm_str_trim(s);
	if (s.n == 0)
		return _("empty");
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 127 ||
		    strchr("<>\"\\^`{|}", s.p[i]))
			return _("a character that web addresses cannot have");
	split(s, &u);
	if (u.scheme.n && !(u.scheme.n == 4 &&
	    strncasecmp(u.scheme.p, "http", 4) == 0) && !(u.scheme.n == 5 &&
	    strncasecmp(u.scheme.p, "https", 5) == 0))
		return _("neither http nor https");
	for (size_t i = 0; i < u.port.n; i++)
		if (u.port.p[i] < '0' || u.port.p[i] > '9')
			return _("a port that is no number");
	enum crm_host st = crm_host_ascii(&h, u.host);
	crm_buf_release(&h);
	return st == CRM_HOST_OK ? NULL : crm_host_reason(st);
}

static void
lower(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		crm_buf_c(b, s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    (char)(s.p[i] | 0x20) : s.p[i]);
}

bool
crm_url_fix(struct crm_buf *b, struct crm_str s)
{
	struct crm_buf h = { 0 };
	struct url u;
	s = crm_str_trim(s);
	if (crm_url_check(s))
		return false;
	split(s, &u);
	lower(b, u.scheme.n ? u.scheme : CRM_STR("https"));
	crm_buf_z(b, "://");
	(void)crm_host_ascii(&h, u.host);
	crm_host_display(b, crm_buf_view(&h));
	crm_buf_release(&h);
	/* everything behind the host stays as it is */
	const char *rest = u.host.p + u.host.n;
	crm_buf_add(b, rest, (size_t)(s.p + s.n - rest));
	return true;
}

/* Networks by host, and what stands before the handle in their paths. */
struct network {
	char host[16], name[12], prefixes[32];
};

static const struct network *
network_at(size_t i)
{
	static const struct network all[] = {
		{ "linkedin.com", "linkedin", "in/ company/ school/" },
		{ "twitter.com", "x", "" }, { "x.com", "x", "" },
		{ "facebook.com", "facebook", "" },
		{ "fb.com", "facebook", "" },
		{ "instagram.com", "instagram", "" },
		{ "youtube.com", "youtube", "channel/ c/ user/" },
		{ "tiktok.com", "tiktok", "" },
		{ "github.com", "github", "" },
		{ "xing.com", "xing", "profile/ companies/ pages/" },
		{ "t.me", "telegram", "" }, { "vk.com", "vk", "" },
		{ "wa.me", "whatsapp", "" }, { "medium.com", "medium", "" },
		{ "pinterest.com", "pinterest", "" },
		{ "threads.net", "threads", "" },
		{ "bsky.app", "bluesky", "profile/" },
	};
	return i < CRM_LEN(all) ? &all[i] : NULL;
}

static void
put_handle(struct crm_buf *b, const char *network, struct crm_str prefix,
    struct crm_str handle)
{
	crm_buf_z(b, network);
	crm_buf_c(b, ':');
	crm_buf_str(b, prefix);
	lower(b, handle);
}

bool
crm_social_key(struct crm_buf *b, struct crm_str s, struct crm_str network)
{
	struct crm_buf host = { 0 };
	const struct network *w;
	struct url u;
	s = crm_str_trim(s);
	if (s.n > 1 && s.p[0] == '@' && network.n) {
		crm_buf_str(b, network);
		crm_buf_c(b, ':');
		lower(b, crm_str_sub(s, 1, s.n));
		return true;
	}
	split(s, &u);
	(void)host_key(&host, u.host);
	struct crm_str name = crm_domain_registrable(crm_buf_view(&host));
	size_t i = 0;
	while ((w = network_at(i)) && !crm_str_is(name, w->host))
		i++;
	struct crm_str path = crm_str_sub(u.path, 1, u.path.n);
	struct crm_str prefixes = crm_str_z(w ? w->prefixes : ""), p,
	    prefix = { 0 };
	while (crm_str_split(&prefixes, ' ', &p))
		if (p.n && crm_str_starts(path, p))
			prefix = p;
	path = crm_str_sub(path, prefix.n, path.n);
	path.n = crm_str_chr(path, '/');
	if (path.n && path.p[0] == '@')
		path = crm_str_sub(path, 1, path.n);
	crm_buf_release(&host);
	if (!w || path.n == 0)
		return false;
	put_handle(b, w->name, prefix, path);
	return true;
}
