/* Rates from files: the European Central Bank's (CSV and XML, daily and
 * history), tables of date, base, quote, rate, and lines of rate records. */
#include "base/time.h"
#include "format/csv.h"
#include "format/json.h"
#include "format/xml.h"
#include "report/rates.h"

/* "2026-11-20", or the "20 November 2026" of the daily CSV. */
static bool
parse_day(struct crm_str s, int32_t *day)
{
	static const char *const months[] = { "January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December" };
	struct crm_str part[3];
	struct crm_dec d, y;
	size_t n = 0, m = 0;
	s = crm_str_trim(s);
	if (crm_date_parse(s, day))
		return true;
	while (n < 3 && s.n && crm_str_split(&s, ' ', &part[n]))
		n += part[n].n > 0;
	if (n != 3 || s.n || !crm_dec_parse(part[0], &d) || d.scale ||
	    !crm_dec_parse(part[2], &y) || y.scale || y.v < 1999 || y.v > 9999)
		return false;
	while (m < CRM_LEN(months) && !crm_str_is(part[1], months[m]))
		m++;
	if (m == CRM_LEN(months) || d.v < 1 ||
	    d.v > crm_month_days((int)y.v, (int)m + 1))
		return false;
	*day = crm_ymd_day((struct crm_ymd){ (int)y.v, (int)m + 1, (int)d.v });
	return true;
}

/* One rate; N/A and empty are none. */
static enum crm_status
put(struct crm_rates *t, int32_t day, struct crm_str base,
    struct crm_str quote, struct crm_str rate, struct crm_err *err)
{
	rate = crm_str_trim(rate);
	if (rate.n == 0 || crm_str_is(rate, "N/A"))
		return CRM_OK;
	return crm_rates_put(t, day, crm_str_trim(base), crm_str_trim(quote),
	    rate, err);
}

/* -- CSV, TSV -------------------------------------------------------------- */

enum { MOST_COLUMNS = 256 };

struct sheet {
	bool matrix;		/* a column a currency, against EUR */
	struct crm_str name[MOST_COLUMNS];
	size_t n;
	struct crm_arena mem;
};

static enum crm_status
sheet_head(struct sheet *s, const struct crm_csv_row *row, struct crm_err *err)
{
	static const char *const long_form[] = { "date", "base", "quote",
		"rate" };
	bool is_long = row->n == 4;
	for (s->n = 0; s->n < row->n && s->n < MOST_COLUMNS; s->n++)
		s->name[s->n] = crm_arena_str(&s->mem,
		    crm_str_trim(row->cells[s->n]));
	for (size_t i = 0; is_long && i < 4; i++)
		is_long = crm_str_is(s->name[i], long_form[i]);
	s->matrix = !is_long;
	if (is_long || (s->n > 1 && crm_str_is(s->name[0], "Date")))
		return CRM_OK;
	return crm_err_set(err, CRM_INVALID, "rates.file",
	    _("neither 'Date,USD,...' as the ECB has it, nor "
	    "'date,base,quote,rate'"));
}

static enum crm_status
sheet_row(struct crm_rates *t, const struct sheet *s,
    const struct crm_csv_row *row, struct crm_err *err)
{
	int32_t day;
	enum crm_status st = CRM_OK;
	if (row->n == 0 || !parse_day(row->cells[0], &day))
		return crm_err_set(err, CRM_INVALID, "rates.date",
		    _("a rate without its date"));
	if (!s->matrix)
		return put(t, day, row->cells[1], row->cells[2], row->cells[3],
		    err);
	for (size_t i = 1; i < row->n && i < s->n && !st; i++)
		if (s->name[i].n)
			st = put(t, day, CRM_STR("EUR"), s->name[i],
			    row->cells[i], err);
	return st;
}

static enum crm_status
read_sheet(struct crm_rates *t, struct crm_str text, struct crm_err *err)
{
	struct crm_csv_reader *r = crm_csv_new(0);
	struct sheet s = { 0 };
	struct crm_csv_row row;
	enum crm_status st;
	crm_csv_push(r, text.p, text.n);
	crm_csv_end(r);
	while ((st = crm_csv_next(r, &row, err)) == CRM_OK) {
		st = row.number == 1 ? sheet_head(&s, &row, err) :
		    sheet_row(t, &s, &row, err);
		if (st)
			break;
	}
	if (st != CRM_OK && st != CRM_NOTFOUND)
		err->line = (long)row.line;
	crm_csv_free(r);
	crm_arena_release(&s.mem);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

/* -- XML ------------------------------------------------------------------- */

/* <Cube time='2026-11-20'><Cube currency='USD' rate='1.1355'/>… */
static enum crm_status
read_cube(struct crm_rates *t, const struct crm_xml *x, int32_t *day,
    struct crm_err *err)
{
	struct crm_buf a = { 0 }, b = { 0 };
	enum crm_status st = CRM_OK;
	if (crm_xml_attr(x, "time", &a)) {
		if (!parse_day(crm_buf_view(&a), day))
			st = crm_err_set(err, CRM_INVALID, "rates.date",
			    _("a rate without its date"));
	} else if (crm_xml_attr(x, "currency", &a) &&
	    crm_xml_attr(x, "rate", &b)) {
		st = *day == INT32_MIN ? crm_err_set(err, CRM_INVALID,
		    "rates.date", _("a rate without its date")) :
		    put(t, *day, CRM_STR("EUR"), crm_buf_view(&a),
		    crm_buf_view(&b), err);
	}
	crm_buf_release(&a);
	crm_buf_release(&b);
	return st;
}

static enum crm_status
read_xml(struct crm_rates *t, struct crm_str text, struct crm_err *err)
{
	struct crm_xml x;
	enum crm_xml_event e = CRM_XML_TEXT;
	enum crm_status st = CRM_OK;
	int32_t day = INT32_MIN;
	crm_xml_init(&x, text);
	while (!st && e != CRM_XML_END) {
		st = crm_xml_next(&x, &e, err);
		if (!st && e == CRM_XML_OPEN && crm_str_is(x.name, "Cube"))
			st = read_cube(t, &x, &day, err);
	}
	crm_xml_release(&x);
	return st;
}

/* -- lines ----------------------------------------------------------------- */

static enum crm_status
read_lines(struct crm_rates *t, struct crm_str text, struct crm_err *err)
{
	static const char *const keys[] = { "date", "base", "quote", "rate" };
	struct crm_str line, v[4];
	enum crm_status st = CRM_OK;
	long number = 0;
	while (!st && text.n && crm_str_split(&text, '\n', &line)) {
		int32_t day;
		number++;
		line = crm_str_trim(line);
		if (line.n == 0)
			continue;
		if ((st = crm_json_check(line, NULL, err)))
			break;
		for (size_t i = 0; i < 4; i++) {
			if (!crm_json_get(line, crm_str_z(keys[i]), &v[i]))
				v[i] = (struct crm_str){ 0 };
			if (crm_json_is_string(v[i]))
				v[i] = crm_json_inner(v[i]);
		}
		st = parse_day(v[0], &day) ? crm_rates_put(t, day, v[1], v[2],
		    v[3], err) : crm_err_field(err, CRM_INVALID, "rates.date",
		    CRM_STR("date"), _("a rate without its date"));
	}
	if (st)
		err->line = number;
	return st;
}

enum crm_status
crm_rates_read(struct crm_rates *t, struct crm_str text, struct crm_err *err)
{
	if (crm_str_starts(text, CRM_STR("\xef\xbb\xbf")))
		text = crm_str_sub(text, 3, SIZE_MAX);
	struct crm_str s = crm_str_trim(text);
	if (crm_str_starts(s, CRM_STR("PK\x03\x04")))
		return crm_err_set(err, CRM_INVALID, "rates.file",
		    _("a zip archive: unzip it first"));
	if (crm_str_starts(s, CRM_STR("<")))
		return read_xml(t, s, err);
	return crm_str_starts(s, CRM_STR("{")) ? read_lines(t, text, err) :
	    read_sheet(t, text, err);
}
