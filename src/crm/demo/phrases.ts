/**
 * Phrases: what people write about their follow-ups and sales, in eight languages and five scripts.
 */
export interface Phrases {
  readonly followUps: readonly string[]
  readonly sales: readonly string[]
  readonly projects: readonly string[]
}

export const PHRASES = {
  en: {
    followUps: [
      'Call about the offer',
      'Product demonstration',
      'Contract review',
      'Thank you for the visit',
    ],
    sales: ['Renewal', 'New order', 'Service agreement', 'Framework agreement'],
    projects: ['Spring campaign', 'New premises', 'Customer day', 'Roll-out'],
  },
  nb_NO: {
    followUps: ['Ring om tilbudet', 'Møte hos kunden', 'Gjennomgang av avtalen', 'Påminnelse før påske'],
    sales: ['Fornyelse', 'Ny bestilling', 'Serviceavtale', 'Rammeavtale'],
    projects: ['Vårkampanje', 'Nye lokaler på Øya', 'Kundedag', 'Utrulling'],
  },
  de: {
    followUps: [
      'Rückruf zum Angebot',
      'Vorführung beim Kunden',
      'Prüfung des Vertrags',
      'Nachfassen im März',
    ],
    sales: ['Verlängerung', 'Neuauftrag', 'Wartungsvertrag', 'Großauftrag'],
    projects: ['Frühjahrsaktion', 'Neue Räume', 'Kundentag', 'Einführung in München'],
  },
  sv: {
    followUps: ['Ring om offerten', 'Möte på plats', 'Genomgång av avtalet', 'Påminnelse om mässan'],
    sales: ['Förlängning', 'Ny beställning', 'Serviceavtal', 'Ramavtal'],
    projects: ['Vårkampanj', 'Nya lokaler', 'Kunddag', 'Införande'],
  },
  nl: {
    followUps: [
      'Bellen over de offerte',
      'Bezoek op locatie',
      'Contract doornemen',
      'Herinnering aan de beurs',
    ],
    sales: ['Verlenging', 'Nieuwe bestelling', 'Onderhoudscontract', 'Raamovereenkomst'],
    projects: ['Voorjaarsactie', 'Nieuw pand', 'Klantendag', 'Uitrol'],
  },
  ja: {
    followUps: ['見積もりの電話', '製品のデモ', '契約の確認', '訪問のお礼'],
    sales: ['契約更新', '新規注文', '保守契約', '基本契約'],
    projects: ['春のキャンペーン', '新しい事務所', 'お客様の日', '展開'],
  },
  el: {
    followUps: ['Τηλεφώνημα για την προσφορά', 'Επίδειξη προϊόντος', 'Έλεγχος σύμβασης', 'Ευχαριστίες'],
    sales: ['Ανανέωση', 'Νέα παραγγελία', 'Συμφωνία υποστήριξης', 'Σύμβαση πλαίσιο'],
    projects: ['Ανοιξιάτικη καμπάνια', 'Νέα γραφεία', 'Ημέρα πελατών', 'Εγκατάσταση'],
  },
  ar: {
    followUps: ['مكالمة بشأن العرض', 'عرض المنتج', 'مراجعة العقد', 'شكر على الزيارة'],
    sales: ['تجديد', 'طلب جديد', 'اتفاقية صيانة', 'اتفاقية إطارية'],
    projects: ['حملة الربيع', 'مكاتب جديدة', 'يوم العملاء', 'إطلاق'],
  },
} as const satisfies Record<string, Phrases>

export type Locale = keyof typeof PHRASES
