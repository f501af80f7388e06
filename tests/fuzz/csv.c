/* The CSV reader on any bytes, in pieces of two sizes: the same rows, and
 * cells that print back to the same cells. */
#include "fuzz.h"

#include "format/csv.h"

static void
read_all(struct crm_str text, size_t piece, struct crm_buf *out)
{
	struct crm_csv_reader *r = crm_csv_new(0);
	struct crm_csv_row row;
	struct crm_err err;
	bool ended = false;
	for (;;) {
		enum crm_status st = crm_csv_next(r, &row, &err);
		if (st == CRM_OK) {
			for (size_t i = 0; i < row.n; i++) {
				if (i)
					crm_buf_c(out, ',');
				crm_csv_put(out, row.cells[i], ',',
				    CRM_CSV_ALL);
			}
			crm_buf_c(out, '\n');
		} else if (st == CRM_INVALID) {
			crm_buf_z(out, "bad\n");
		} else if (st == CRM_NOTFOUND && !ended) {
			size_t n = text.n < piece ? text.n : piece;
			crm_csv_push(r, text.p, n);
			text = crm_str_sub(text, n, SIZE_MAX);
			if (text.n == 0) {
				crm_csv_end(r);
				ended = true;
			}
		} else {
			break;
		}
	}
	crm_csv_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crm_str text = { (const char *)p, n };
	struct crm_buf whole = { 0 }, parts = { 0 };
	read_all(text, SIZE_MAX, &whole);
	read_all(text, 3, &parts);
	CHECK(crm_str_eq(crm_buf_view(&whole), crm_buf_view(&parts)));
	crm_buf_release(&whole);
	crm_buf_release(&parts);
	return 0;
}
