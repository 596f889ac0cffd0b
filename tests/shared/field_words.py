"""Words of the program in every language an officer may choose: each with what is said instead."""

OF_THE_PROGRAM_IN = {
    "fr": {
        r"\bcolis\b": "un pli, ou ce qui est à envoyer",
        r"(?:l'|L'|[Uu]n |[Cc]et |\{n\} )enregistrements?\b": "un formulaire, un cas",
        r"\b[Éé]ditions?\b|\brévisions?\b": "une version",
        r"données de référence": "questions et listes",
        r"\bserveurs?\b|\bbase de données\b|\bcache mémoire\b": "le bureau",
        r"\bprofil\b": "la loi du pays",
        r"[Ll]e journal (?:est|a)|\bempreinte\b|\bjeton\b": "des notes",
    },
    "es": {
        r"\b[Pp]aquetes?\b": "un sobre, o lo que hay que enviar",
        r"\b(?:[Ee]l|[Uu]n|este|otros|los|dos|[Ss]us|\{n\}) registros?\b": "un formulario, un caso",
        r"\b[Ee]dici(?:ón|ones)\b": "una versión",
        r"[Dd]atos de referencia": "preguntas y listas",
        r"\b[Ss]ervidor\b|base de datos": "la oficina",
        r"\b[Pp]erfil\b": "la ley del país",
    },
    "pt": {
        r"\b[Pp]acotes?\b": "um envelope, ou o que há para enviar",
        r"\b(?:o|O|[Uu]m|este|outros|os|dois|[Ss]eus|\{n\}) registros?\b": "um formulário, um caso",
        r"\b[Ee]diç(?:ão|ões)\b": "uma versão",
        r"[Dd]ados de referência": "perguntas e listas",
        r"\b[Ss]ervidor\b|banco de dados": "o escritório",
        r"\b[Pp]erfil\b": "a lei do país",
    },
    "sw": {
        r"\b[Kk]ifurushi\b|\b[Vv]ifurushi\b": "bahasha, au kinachotumwa",
        r"\b[Rr]ekodi\b(?! hatari)": "fomu, kesi",
        r"data ya marejeleo": "maswali na orodha",
        r"\b[Ss]eva\b": "ofisi",
        r"\b[Ww]asifu\b": "sheria ya nchi",
    },
    "ar": {
        r"\b(?:ال)?طرد\b|\b(?:ال)?طرود\b": "ظرف، أو ما يجب إرساله",
        r"(?:^|[^\w\u064b-\u0652])(?:[وبل]?ال|[وبل])?(?:سجل|سجلًا|سجلان|سجلين|سجلات\w*)"
        r"(?![\w\u064b-\u0652])": "استمارة، حالة",
        r"بيانات مرجعية|البيانات المرجعية": "الأسئلة والقوائم",
        r"\bخادم\b": "المكتب",
        r"ملف البلد": "قانون البلد",
    },
    "hi": {
        r"पार्सल": "लिफ़ाफ़ा, या जो भेजना है",
        r"रिकॉर्ड(?!िं)": "फ़ॉर्म, मामला",
        r"संदर्भ डेटा": "प्रश्न और सूचियाँ",
        r"सर्वर": "कार्यालय",
        r"प्रोफ़ाइल": "देश का कानून",
        r"(?<![\u0900-\u097f])लॉग(?![\u0900-\u097f])": "टिप्पणियाँ",
    },
    "ur": {
        r"پارسل": "لفافہ، یا جو بھیجنا ہے",
        r"ریکارڈ(?!نگ)": "فارم، کیس",
        r"حوالہ جاتی": "سوال اور فہرستیں",
        r"سرور\b": "دفتر",
        r"پروفائل": "ملک کا قانون",
        r"\bلاگ\b(?! قانون)": "نوٹ",
    },
    "bn": {
        r"পার্সেল": "খাম, বা যা পাঠাতে হবে",
        r"রেকর্ড(?!িং)": "ফর্ম, কেস",
        r"সার্ভার": "কার্যালয়",
        r"প্রোফাইল": "দেশের আইন",
        r"(?<![\u0980-\u09ff])লগ(?![\u0980-\u09ff])": "টীকা",
    },
    "ne": {
        r"पार्सल": "खाम, वा पठाउनुपर्ने कुरा",
        r"(?:\{n\}|यो|दुई|अरू|यी) अभिलेख|अभिलेख(?:का|को|मा|सँग|बारे|हरू)": "फाराम, केस",
        r"सन्दर्भ तथ्याङ्क": "प्रश्न र सूची",
        r"सर्भर": "कार्यालय",
        r"प्रोफाइल": "देशको कानुन",
        r"(?<![\u0900-\u097f])लग(?![\u0900-\u097f])": "टिपोट",
    },
    "am": {
        r"(?<!በጣም )ጥቅል": "የሚላከው",
        r"(?<!\w)መዝገ(?:ብ|ቡ|ቦች)": "ቅጽ፣ ጉዳይ",
        r"እትም": "ሥሪት",
        r"ማጣቀሻ": "ጥያቄዎችና ዝርዝሮች",
        r"ሰርቨር": "መሥሪያ ቤት",
    },
}
"""By language and pattern. To record (registrar, rekodi hatari, अभिलेख राख्ने) is the officer's own
verb, and a recording of sound (enregistrement, रिकॉर्डिंग) is none of these."""
