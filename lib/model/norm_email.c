#include "model/norm_email.h"
#include "base/utf8.h"
#include "model/punycode.h"

/* RFC 5321 section 4.5.3.1; RFC 3696 erratum 1690 for the whole. */
enum { LOCAL_MAX = 64, ADDRESS_MAX = 254 };

static bool
is_atext(uint32_t c)
{
	if (c >= 128)
		return c >= 0xa0 && c != 0xfffd && !crm_is_space(c);
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c && strchr("!#$%&'*+-/=?^_`{|}~", (int)c));
}

/* The offset of the '@' that ends the local part, or s.n. */
static size_t
find_at(struct crm_str s)
{
	if (s.n && s.p[0] == '"') {
		size_t i = 1;
		for (; i < s.n && s.p[i] != '"'; i++)
			if (s.p[i] == '\\')
				i++;
		return i + 1 < s.n && s.p[i + 1] == '@' ? i + 1 : s.n;
	}
	return crm_str_chr(s, '@');
}

static const char *
check_quoted(struct crm_str l)
{
	for (size_t i = 1; i + 1 < l.n; i++)
		if ((unsigned char)l.p[i] < ' ' || l.p[i] == 127)
			return _("a control character in the quoted part");
	return NULL;
}

static const char *
check_local(struct crm_str l)
{
	if (l.n == 0)
		return _("nothing before '@'");
	if (l.n > LOCAL_MAX)
		return _("more than 64 characters before '@'");
	if (l.p[0] == '"')
		return check_quoted(l);
	if (l.p[0] == '.' || l.p[l.n - 1] == '.')
		return _("a dot at an end of the part before '@'");
	for (size_t i = 0, n; i < l.n; i += n) {
		uint32_t c = crm_utf8_decode(crm_str_sub(l, i, l.n), &n);
		if (c == '.' && l.p[i + 1] == '.')
			return _("two dots in a row before '@'");
		if (crm_is_space(c))
			return _("a blank inside the address");
		if (c != '.' && !is_atext(c))
			return _("a character that addresses cannot have");
	}
	return NULL;
}

/* "[192.0.2.1]", "[IPv6:…]": the rough shape only. */
static const char *
check_literal(struct crm_str d)
{
	if (d.n < 3 || d.p[d.n - 1] != ']')
		return _("an address literal without its end");
	for (size_t i = 1; i + 1 < d.n; i++) {
		char c = d.p[i];
		if (!strchr("0123456789abcdefABCDEF.:IPvX", c) || !c)
			return _("a broken address literal");
	}
	return NULL;
}

static const char *
check_domain(struct crm_str d)
{
	if (d.n && d.p[0] == '[')
		return check_literal(d);
	if (d.n && d.p[d.n - 1] == '.')
		return _("a dot at the end");
	if (crm_str_chr(d, '@') < d.n)
		return _("more than one '@'");
	for (size_t i = 0; i < d.n; i++)
		if (d.p[i] == ' ' || d.p[i] == '\t')
			return _("a blank inside the address");
	struct crm_buf b = { 0 };
	enum crm_host h = crm_host_ascii(&b, d);
	crm_buf_release(&b);
	return h == CRM_HOST_OK ? NULL : crm_host_reason(h);
}

const char *
crm_email_check(struct crm_str s)
{
	s = crm_str_trim(s);
	if (s.n == 0)
		return _("empty");
	if (!crm_utf8_valid(s, NULL))
		return _("not UTF-8");
	size_t at = find_at(s);
	if (at == s.n)
		return _("no '@'");
	if (s.n > ADDRESS_MAX)
		return _("longer than 254 characters");
	const char *why = check_local(crm_str_sub(s, 0, at));
	return why ? why : check_domain(crm_str_sub(s, at + 1, s.n));
}

/* The length of a local part of plain ASCII words with single dots between
 * them, lower-cased into `to`; 0 where it is anything else. */
static size_t
plain_local(struct crm_str s, char *to)
{
	static const uint8_t atext[128] = {
		['!'] = 1, ['#' ... '\''] = 1, ['*'] = 1, ['+'] = 1,
		['-'] = 1, ['/'] = 1, ['0' ... '9'] = 1, ['='] = 1, ['?'] = 1,
		['A' ... 'Z'] = 2, ['^' ... '~'] = 1 };
	char last = '.';
	size_t i = 0;
	for (; i < s.n && i <= LOCAL_MAX; i++) {
		unsigned char c = (unsigned char)s.p[i];
		uint8_t k = c < 128 ? atext[c] : 0;
		if (c == '@' && last != '.')
			return i;
		if (!k && (c != '.' || last == '.'))
			return 0;
		to[i] = (char)(k == 2 ? c | 0x20 : c);
		last = (char)c;
	}
	return 0;
}

struct crm_str
crm_email_domain(struct crm_str key)
{
	size_t i = key.n;
	while (i > 0 && key.p[i - 1] != '@')
		i--;
	return crm_str_sub(key, i, key.n);
}

/* A domain that check_domain accepted. */
static void
put_domain(struct crm_buf *b, struct crm_str d)
{
	if (d.p[0] == '[')
		crm_fold(b, d);
	else
		(void)crm_host_ascii(b, d);
}

bool
crm_email_key(struct crm_buf *b, struct crm_str s)
{
	s = crm_str_trim(s);
	char *to = s.n <= ADDRESS_MAX ? crm_buf_room(b, LOCAL_MAX + 2) : NULL;
	size_t local = to ? plain_local(s, to) : 0, from = b->n;
	if (local) {
		to[local] = '@';
		b->n += local + 1;
		if (crm_host_ascii(b, crm_str_sub(s, local + 1, s.n)) ==
		    CRM_HOST_OK && s.p[s.n - 1] != '.')
			return true;
		b->n = from;
	}
	if (crm_email_check(s))
		return false;
	size_t at = find_at(s);
	crm_fold(b, crm_str_sub(s, 0, at));
	crm_buf_c(b, '@');
	put_domain(b, crm_str_sub(s, at + 1, s.n));
	return true;
}

/* What stands between '<' and '>', or behind "mailto:", cut at its '?'. */
static struct crm_str
unwrap(struct crm_str s)
{
	s = crm_str_trim(s);
	if (s.n && s.p[s.n - 1] == '>') {
		size_t i = s.n - 1;
		while (i > 0 && s.p[i - 1] != '<')
			i--;
		if (i)
			s = crm_str_sub(s, i, s.n - 1 - i);
	}
	if (s.n > 7 && strncasecmp(s.p, "mailto:", 7) == 0) {
		s = crm_str_sub(s, 7, s.n);
		s.n = crm_str_chr(s, '?');
	}
	s = crm_str_trim(s);
	while (s.n && strchr(",;.", s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Full-width forms and the small commercial at as their ASCII twins, blanks
 * that are not ASCII and invisible characters dropped at the ends. */
static void
widths(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		struct crm_str rest = crm_str_sub(s, i, s.n);
		uint32_t c = crm_utf8_decode(rest, &n);
		if (c >= 0xff01 && c <= 0xff5e)
			crm_buf_c(b, (char)(c - 0xff01 + '!'));
		else if (c == 0xfe6b)
			crm_buf_c(b, '@');
		else if (c != 0x200b && c != 0xfeff && c != 0xa0 &&
		    c != 0x200e && c != 0x200f)
			crm_buf_add(b, rest.p, n);
	}
}

bool
crm_email_fix(struct crm_buf *b, struct crm_str s)
{
	struct crm_buf w = { 0 }, host = { 0 };
	widths(&w, s);
	s = unwrap(crm_buf_view(&w));
	bool good = crm_email_check(s) == NULL;
	if (good) {
		size_t at = find_at(s);
		crm_buf_add(b, s.p, at + 1);
		put_domain(&host, crm_str_sub(s, at + 1, s.n));
		crm_host_display(b, crm_buf_view(&host));
	}
	crm_buf_release(&host);
	crm_buf_release(&w);
	return good;
}

/* A word of a list with blanks around each. */
static bool
listed(const char *list, struct crm_str word)
{
	char key[80] = " ";
	if (word.n == 0 || word.n > sizeof(key) - 3 ||
	    memchr(word.p, ' ', word.n))
		return false;
	memcpy(key + 1, word.p, word.n);
	key[word.n + 1] = ' ';
	key[word.n + 2] = 0;
	return strstr(list, key) != NULL;
}

void
crm_email_mailbox(struct crm_buf *b, struct crm_str key)
{
	struct crm_str domain = crm_email_domain(key);
	struct crm_str local = crm_str_sub(key, 0, key.n - domain.n -
	    (domain.n < key.n));
	bool google = crm_str_is(domain, "gmail.com") ||
	    crm_str_is(domain, "googlemail.com");
	size_t plus = crm_str_chr(local, '+');
	if (plus && local.p[0] != '"')
		local = crm_str_sub(local, 0, plus);
	for (size_t i = 0; i < local.n; i++)
		if (!google || local.p[i] != '.')
			crm_buf_c(b, local.p[i]);
	crm_buf_c(b, '@');
	crm_buf_str(b, google ? CRM_STR("gmail.com") : domain);
}

bool
crm_mailbox_is_role(struct crm_str local)
{
	static const char roles[] = " info information contact contacts contactus"
	    " hello hi mail email e-mail post postmaster hostmaster webmaster"
	    " abuse noc security root admin administrator administration"
	    " office frontdesk reception secretary secretariat"
	    " sales sale orders order shop store marketing press media pr news"
	    " newsletter noreply no-reply donotreply do-not-reply mailer-daemon"
	    " support help helpdesk service services customerservice"
	    " customercare care feedback billing invoice invoices invoicing"
	    " accounting accounts account finance payments payroll hr jobs"
	    " careers career recruitment recruiting team staff all everyone"
	    " legal privacy dpo gdpr compliance it ict sysadmin webadmin"
	    " purchasing procurement logistics export import booking bookings"
	    " reservations reservation events partners partner inquiries"
	    " enquiries enquiry inquiry general main subscribe unsubscribe"
	    /* de, fr, it, es, pt, nl, fi, sv, pl, el and others */
	    " kontakt vertrieb verkauf buero buchhaltung rechnung bewerbung"
	    " kundenservice einkauf presse zentrale empfang contacto ventas"
	    " administracion facturacion comercial atencionalcliente contato"
	    " vendas comptabilite commercial accueil direction recrutement"
	    " contatti vendite amministrazione segreteria ordini fatture"
	    " administratie verkoop klantenservice boekhouding myynti laskutus"
	    " asiakaspalvelu toimisto posti kirjaamo forsaljning ekonomi"
	    " kundtjanst faktura biuro sprzedaz ksiegowosc grammateia pwliseis"
	    " poliseis epikoinonia logistirio satis destek muhasebe iletisim"
	    " zakaz prodazhi buh sekretar πωλήσεις επικοινωνία γραμματεία"
	    " πωλησεις επικοινωνια λογιστήριο λογιστηριο contatto"
	    " commerciale sekretariat bestellung central ";
	local.n = crm_str_chr(local, '+');
	while (local.n && local.p[local.n - 1] >= '0' &&
	    local.p[local.n - 1] <= '9')
		local.n--;
	return listed(roles, local);
}

bool
crm_email_is_role(struct crm_str key)
{
	struct crm_str d = crm_email_domain(key);
	return d.n < key.n &&
	    crm_mailbox_is_role(crm_str_sub(key, 0, key.n - d.n - 1));
}

bool
crm_domain_is_public(struct crm_str domain)
{
	static const char providers[] = " gmail.com googlemail.com outlook.com"
	    " hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com"
	    " aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me"
	    " fastmail.com fastmail.fm zoho.com mail.com gmx.com gmx.de gmx.net"
	    " gmx.at gmx.ch web.de freenet.de t-online.de arcor.de 1und1.de"
	    " mail.ru list.ru bk.ru inbox.ru yandex.ru yandex.com ya.ru"
	    " rambler.ru ukr.net i.ua seznam.cz centrum.cz wp.pl o2.pl onet.pl"
	    " interia.pl gazeta.pl orange.fr free.fr sfr.fr laposte.net"
	    " wanadoo.fr neuf.fr libero.it virgilio.it tiscali.it alice.it"
	    " tin.it hotmail.it yahoo.it yahoo.fr yahoo.de yahoo.es yahoo.gr"
	    " yahoo.co.uk yahoo.co.in yahoo.co.jp hotmail.co.uk hotmail.fr"
	    " hotmail.de hotmail.es hotmail.gr outlook.de outlook.fr"
	    " outlook.com.gr live.co.uk live.fr live.nl btinternet.com sky.com"
	    " virginmedia.com talktalk.net ntlworld.com comcast.net verizon.net"
	    " att.net sbcglobal.net bellsouth.net cox.net charter.net"
	    " earthlink.net juno.com bigpond.com optusnet.com.au xtra.co.nz"
	    " rogers.com shaw.ca sympatico.ca ziggo.nl kpnmail.nl planet.nl"
	    " telenet.be skynet.be bluewin.ch sunrise.ch telia.com luukku.com"
	    " kolumbus.fi elisanet.fi saunalahti.fi suomi24.fi pp.inet.fi"
	    " otenet.gr forthnet.gr hol.gr in.gr mailbox.gr freemail.gr"
	    " walla.co.il walla.com netvision.net.il bezeqint.net 012.net.il"
	    " zahav.net.il maktoob.com qq.com 163.com 126.com sina.com"
	    " foxmail.com naver.com daum.net hanmail.net uol.com.br bol.com.br"
	    " terra.com.br rediffmail.com hey.com tutanota.com tuta.io"
	    " posteo.de mailbox.org abv.bg mail.bg inbox.lv eim.ae"
	    " emirates.net.ae hotmail.com.tr mynet.com sapo.pt telefonica.net"
	    " hotmail.se email.cz freemail.hu citromail.hu docomo.ne.jp ";
	return listed(providers, domain);
}

bool
crm_domain_is_disposable(struct crm_str domain)
{
	static const char throwaway[] = " mailinator.com guerrillamail.com"
	    " guerrillamail.net guerrillamail.org sharklasers.com"
	    " 10minutemail.com temp-mail.org tempmail.com trashmail.com"
	    " trashmail.de yopmail.com yopmail.fr getnada.com maildrop.cc"
	    " dispostable.com throwawaymail.com mailnesia.com mintemail.com"
	    " spamgourmet.com discard.email fakeinbox.com moakt.com"
	    " mohmal.com emailondeck.com wegwerfmail.de einwegmail.de"
	    " spambog.com mytemp.email burnermail.io ";
	return listed(throwaway, domain);
}
