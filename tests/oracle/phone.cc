// The oracle for phone numbers: random numbers in many spellings, and what
// libphonenumber says of them.
// usage: phone COUNT SEED > FILE
// Lines: region, raw, status, E.164, region of the number, type, extension,
// international, national; separated by tabs.
#include <phonenumbers/phonenumberutil.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using std::string;

static unsigned long long state;

static unsigned
rnd(unsigned n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return static_cast<unsigned>(state >> 33) % n;
}

static string
digits(unsigned n)
{
	string s;
	while (n--)
		s += static_cast<char>('0' + rnd(10));
	return s;
}

// The text with its ASCII digits in another script.
static string
script(const string &s, unsigned first)
{
	string out;
	for (char c : s) {
		if (c < '0' || c > '9') {
			out += c;
			continue;
		}
		unsigned u = first + static_cast<unsigned>(c - '0');
		if (u < 0x800) {
			out += static_cast<char>(0xc0 | u >> 6);
		} else {
			out += static_cast<char>(0xe0 | u >> 12);
			out += static_cast<char>(0x80 | (u >> 6 & 63));
		}
		out += static_cast<char>(0x80 | (u & 63));
	}
	return out;
}

// A number of the region: its example with the last digits changed, or any
// digits.
static PhoneNumber
make(const PhoneNumberUtil &u, const string &region)
{
	static const PhoneNumberUtil::PhoneNumberType types[] = {
		PhoneNumberUtil::FIXED_LINE, PhoneNumberUtil::MOBILE,
		PhoneNumberUtil::TOLL_FREE, PhoneNumberUtil::PREMIUM_RATE,
		PhoneNumberUtil::VOIP, PhoneNumberUtil::SHARED_COST };
	PhoneNumber n;
	string nsn;
	if (rnd(4) && u.GetExampleNumberForType(region, types[rnd(6)], &n)) {
		u.GetNationalSignificantNumber(n, &nsn);
		unsigned keep = rnd(static_cast<unsigned>(nsn.size()));
		nsn = nsn.substr(0, keep) +
		    digits(static_cast<unsigned>(nsn.size()) - keep);
	} else {
		nsn = digits(4 + rnd(9));
	}
	n.Clear();
	n.set_country_code(u.GetCountryCodeForRegion(region));
	size_t zeros = 0;
	while (zeros + 1 < nsn.size() && nsn[zeros] == '0')
		zeros++;
	if (zeros) {
		n.set_italian_leading_zero(true);
		n.set_number_of_leading_zeros(static_cast<int>(zeros));
	}
	n.set_national_number(strtoull(nsn.c_str(), NULL, 10));
	return n;
}

static string
spell(const PhoneNumberUtil &u, const PhoneNumber &n)
{
	string s, nsn;
	char code[8];
	u.GetNationalSignificantNumber(n, &nsn);
	snprintf(code, sizeof(code), "%d", n.country_code());
	switch (rnd(8)) {
	case 0:
		u.Format(n, PhoneNumberUtil::NATIONAL, &s);
		break;
	case 1:
		u.Format(n, PhoneNumberUtil::INTERNATIONAL, &s);
		break;
	case 2:
		u.Format(n, PhoneNumberUtil::RFC3966, &s);
		break;
	case 3:
		s = string("+") + code + " (0) " + nsn;
		break;
	case 4:
		s = nsn;
		break;
	case 5:
		s = string("0") + nsn;
		break;
	case 6:
		s = string(code) + nsn;
		break;
	default:
		u.Format(n, PhoneNumberUtil::E164, &s);
	}
	switch (rnd(12)) {
	case 0:
		return s + " ext. " + digits(1 + rnd(4));
	case 1:
		return s + " x" + digits(1 + rnd(4));
	case 2:
		return s + ";ext=" + digits(1 + rnd(5));
	case 3:
		return script(s, 0x660);
	case 4:
		return script(s, 0xff10);
	default:
		return s;
	}
}

int
main(int argc, char **argv)
{
	const PhoneNumberUtil &u = *PhoneNumberUtil::GetInstance();
	std::set<string> set;
	u.GetSupportedRegions(&set);
	std::vector<string> regions(set.begin(), set.end());
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 5000;
	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	while (count-- > 0) {
		string home = regions[rnd(static_cast<unsigned>(
		    regions.size()))];
		string raw = spell(u, make(u, home)), e164, region, intl, nat;
		if (rnd(10) == 0)
			home = regions[rnd(static_cast<unsigned>(
			    regions.size()))];
		PhoneNumber n;
		int type = PhoneNumberUtil::UNKNOWN;
		const char *status = "none";
		if (u.Parse(raw, home, &n) == PhoneNumberUtil::NO_PARSING_ERROR) {
			status = u.IsValidNumber(n) ? "valid" :
			    u.IsPossibleNumber(n) ? "possible" : "length";
			u.Format(n, PhoneNumberUtil::E164, &e164);
			u.GetRegionCodeForNumber(n, &region);
			type = u.GetNumberType(n);
			u.Format(n, PhoneNumberUtil::INTERNATIONAL, &intl);
			u.Format(n, PhoneNumberUtil::NATIONAL, &nat);
		}
		printf("%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", home.c_str(),
		    raw.c_str(), status, e164.c_str(), region.c_str(), type,
		    n.extension().c_str(), intl.c_str(), nat.c_str());
	}
	return 0;
}
