"""Made-up people of Punjab, and the ways officers misspell them.

The lists hold common given and family names with the Latin spellings met in registers and the
Urdu spelling. A person is a random combination: any likeness is chance. Randomness is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

# Each line: one name, its Latin spellings, then the Urdu one.
_BOYS = """
Ahmad Ahmed احمد|Ali Aly علی|Usman Osman Uthman عثمان|Hamza Hamzah حمزہ
Bilal Bilaal بلال|Hassan Hasan حسن|Hussain Husain Hussein حسین|Imran Emran عمران
Yousaf Yusuf Yousuf یوسف|Zubair Zubayr زبیر|Tariq Tarik طارق|Rashid Rasheed راشد
Nadeem Nadim ندیم|Saleem Salim سلیم|Kashif Kaashif کاشف|Adnan Adnaan عدنان
Faisal Faysal فیصل|Shahid Shaheed شاہد|Waqas Waqqas وقاص|Arslan Arsalan ارسلان
Junaid Junayd جنید|Naveed Navid نوید|Asif Aasif آصف|Sajid Saajid ساجد|Umar Omar عمر
Ibrahim Ebrahim ابراہیم|Haroon Harun ہارون|Qasim Kasim قاسم|Zeeshan Zishan ذیشان
Aamir Amir عامر|Babar Baber بابر|Daud Dawood داؤد|Ejaz Ijaz اعجاز|Fahad Fahd فہد
Ghulam Gulam غلام|Irfan Erfan عرفان|Javed Jawed جاوید|Khalid Khaled خالد
Latif Lateef لطیف|Mansoor Mansur منصور|Nasir Naseer ناصر|Rafiq Rafeeq رفیق
Sabir Saabir صابر|Tahir Taahir طاہر|Waseem Wasim وسیم|Yasir Yaser یاسر|Zahid Zaheed زاہد
Akram Akraam اکرم|Shakeel Shakil شکیل|Iqbal Eqbal اقبال|Muneeb Munib منیب
Talha Talhah طلحہ|Danish Daanish دانش|Rizwan Rezwan رضوان|Sohail Suhail سہیل
"""
_GIRLS = """
Fatima Fatimah فاطمہ|Ayesha Aisha عائشہ|Zainab Zaynab زینب|Maryam Mariam مریم
Khadija Khadijah خدیجہ|Amina Aminah آمنہ|Sana Sanaa ثنا|Hina Heena حنا
Rabia Rabiya رابعہ|Saima Sayma صائمہ|Nadia Nadiya نادیہ|Shazia Shaziya شازیہ
Noor Nur نور|Iqra Eqra اقرا|Kiran Kiraan کرن|Bushra Bushrah بشری|Sadia Sadiya سعدیہ
Uzma Ozma عظمی|Rukhsana Ruksana رخسانہ|Nasreen Nasrin نسرین|Parveen Parvin پروین
Samina Sameena ثمینہ|Tahira Tahirah طاہرہ|Zahra Zahraa زہرا|Laiba Layba لائبہ
Farzana Farzaana فرزانہ|Ghazala Gazala غزالہ|Humaira Humayra حمیرا|Ishrat Eshrat عشرت
Jamila Jameela جمیلہ|Kausar Kauser کوثر|Lubna Lubnah لبنی|Mumtaz Mumtaaz ممتاز
Nazia Naziya نازیہ|Rehana Rihana ریحانہ|Salma Salmaa سلمی|Tasleem Taslim تسلیم
Yasmin Yasmeen یاسمین|Zubaida Zubayda زبیدہ|Aqsa Aksa اقصی|Sumaira Sumera سمیرا
Robina Rubina روبینہ|Nighat Nighaat نگہت|Shabana Shabanah شبانہ|Mehwish Mahwish مہوش
Asma Asmaa اسما|Sidra Sidrah سدرہ|Anum Anam انعم|Javeria Jaweria جویریہ
"""
_FAMILIES = """
Khan Khaan خان|Malik Maalik ملک|Butt Bhatt بٹ|Chaudhry Choudhary چوہدری
Sheikh Shaikh شیخ|Qureshi Quraishi قریشی|Rana Raana رانا|Gill Gil گل|Bhatti Bhati بھٹی
Mughal Mogul مغل|Ansari Ansaari انصاری|Arain Arayin آرائیں|Awan Awaan اعوان
Raja Rajah راجہ|Gujjar Gujar گجر|Siddiqui Siddiqi صدیقی|Hashmi Hashimi ہاشمی
Mirza Meerza مرزا|Dar Daar ڈار|Lodhi Lodi لودھی|Abbasi Abbassi عباسی|Baloch Baluch بلوچ
Virk Wirk ورک|Cheema Chima چیمہ|Sindhu Sandhu سندھو|Akhtar Akhter اختر
Bajwa Bajwah باجوہ|Chattha Chatha چٹھہ|Dogar Doger ڈوگر|Farooqi Faruqi فاروقی
Gondal Gondaal گوندل|Hanjra Hanjrah ہنجرا|Jatoi Jatoy جتوئی|Kamboh Kamboj کمبوہ
Langrial Langriyal لنگڑیال|Mahar Maher مہر|Naqvi Nakvi نقوی|Pasha Paasha پاشا
Rehmani Rahmani رحمانی|Sial Siyal سیال|Tiwana Towana ٹوانہ|Usmani Osmani عثمانی
Wattoo Watto وٹو|Zaidi Zaydi زیدی|Bhutta Bhuta بھٹہ|Cheena Chena چینہ|Ghauri Ghori غوری
Kayani Kiyani کیانی|Leghari Laghari لغاری|Mazari Mazaari مزاری|Noon Nun نون
Paracha Piracha پراچہ|Soomro Sumro سومرو|Warraich Waraich وڑائچ|Tarar Tarrar تارڑ
Kharal Kharral کھرل|Niazi Niyazi نیازی|Joiya Joya جوئیہ
"""


@dataclass(frozen=True)
class Name:
    """One name in all its spellings: Latin ones first, most common first, the Urdu one last."""

    latin: tuple[str, ...]
    urdu: str


@dataclass(frozen=True)
class SimulatedPerson:
    """The made-up identity part of one person, as one officer wrote it down."""

    given_name: str
    family_name: str
    parent_given_name: str
    sex: str
    birth_date: str | None

    def answers(self) -> dict[str, str]:
        """The person under the questionnaire's own question names; unknown parts left out."""
        said = {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "parent_given_name": self.parent_given_name,
            "sex": self.sex,
        }
        return said | ({"birth_date": self.birth_date} if self.birth_date else {})


def _read(lines: str) -> tuple[Name, ...]:
    spellings = [entry.split() for line in lines.split("\n") for entry in line.split("|") if entry]
    return tuple(Name(tuple(words[:-1]), words[-1]) for words in spellings)


BOYS, GIRLS, FAMILIES = _read(_BOYS), _read(_GIRLS), _read(_FAMILIES)
_BY_SPELLING = {
    spelling: name for name in (*BOYS, *GIRLS, *FAMILIES) for spelling in (*name.latin, name.urdu)
}


def birth_date_for(age: int, interviewed: date, random: Random) -> date:
    """A made-up birth date that gives that many completed years on the day of the interview."""
    latest = _years_before(interviewed, age)
    earliest = _years_before(interviewed, age + 1) + timedelta(days=1)
    return earliest + timedelta(days=random.randint(0, (latest - earliest).days))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def made_up_person(
    sex: str, age: int, interviewed: date, random: Random, *, birth_date_known: bool = True
) -> SimulatedPerson:
    """A person with common names in their most usual spelling.

    sex is ``male`` or ``female``; age in completed years on the day of the interview.
    """
    given = random.choice(GIRLS if sex == "female" else BOYS)
    born = birth_date_for(age, interviewed, random) if birth_date_known else None
    return SimulatedPerson(
        given_name=given.latin[0],
        family_name=random.choice(FAMILIES).latin[0],
        parent_given_name=random.choice(BOYS).latin[0],
        sex=sex,
        birth_date=born.isoformat() if born else None,
    )


def spelt_by_another_officer(person: SimulatedPerson, random: Random) -> SimulatedPerson:
    """The same person as a second organisation writes them down.

    One of: another Latin spelling of one or two names, the names in Urdu script, given and family
    name in each other's place, or one slip of the finger in one name. Sex and birth date stay.
    """
    slip = random.choice(("spelling", "spelling", "spelling", "urdu", "swapped", "typing"))
    if slip == "urdu":
        return _rewritten(person, lambda text: _BY_SPELLING[text].urdu)
    if slip == "swapped":
        return replace(person, given_name=person.family_name, family_name=person.given_name)
    if slip == "typing":
        return replace(person, family_name=with_typing_error(person.family_name, random))
    return _rewritten(person, lambda text: random.choice(_BY_SPELLING[text].latin))


def _rewritten(person: SimulatedPerson, rewrite: Callable[[str], str]) -> SimulatedPerson:
    return replace(
        person,
        given_name=rewrite(person.given_name),
        family_name=rewrite(person.family_name),
        parent_given_name=rewrite(person.parent_given_name),
    )


def with_typing_error(word: str, random: Random) -> str:
    """The word with one letter doubled, dropped or exchanged with the next; never the first."""
    if len(word) < 3:
        return word + word[-1]
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
