/** Names of customers who do not exist; combined by the generator. */

export const firstNames: readonly string[] =
  `Aaron Abigail Adele Adrian Aiko Alan Alejandra Alice Amara Amelia Amir Ana Andre Anika Anton Aria Arthur Ashok Audrey Aurora
Beatriz Ben Bianca Blake Bridget Bruno Caleb Camila Carmen Cedric Chloe Clara Colin Cora Curtis Dalia Damian Dana Daniel Daria
David Delia Derek Diego Divya Dominic Dora Dylan Edith Eduardo Elena Elias Elise Emil Emma Eric Esther Ethan Eva Farah Felix
Fiona Florence Frank Gabriel Gemma George Gita Glen Hana Hannah Harold Hassan Hazel Hector Helen Henry Hugo Ida Ines Irene Isaac
Ivan Ivy Jacob Jada Jamal Jana Jasper Jenna Joanna Joel Jorge Julia Kai Karen Karim Keiko Kenji Kira Lara Laura Leah Leo Lena
Liam Lila Linh Lorenzo Lucas Lucy Luis Lydia Mabel Malik Marco Margaret Maria Mark Marta Mateo Maya Mei Milo Mira Miriam Monica
Nadia Naomi Nathan Neil Nina Noah Nora Oliver Olivia Omar Oscar Paige Paula Pedro Peter Petra Philip Priya Quinn Rachel Rafael
Raj Ramona Rebecca Rhea Rita Robin Rosalie Ruben Ruth Ryan Sabine Salma Samira Sara Sean Selena Simon Sofia Stella Sunil Tara
Theo Thomas Tina Tobias Trevor Uma Valeria Vera Victor Vincent Wanda Wei Wendy Xavier Yara Yusuf Zara Zoe`.split(/\s+/)

export const lastNames: readonly string[] =
  `Abbott Acosta Adler Ahmed Alvarez Andersen Arnold Bailey Banerjee Barrett Becker Bennett Berg Bishop Blackwood Bowen Brandt
Briggs Brooks Burke Calder Campos Cardoso Castillo Chan Chaudhry Chen Clarke Coleman Conway Cooper Cortez Crawford Dalton Davies
Delgado Diaz Dixon Donovan Doyle Drake Duarte Eaton Edwards Ellis Engel Espinoza Farrell Ferreira Fisher Fleming Flores Foster
Fraser Fujita Gallagher Garcia Gibson Goldberg Gomez Grant Greene Griffin Gupta Hale Hansen Harper Hayashi Hayes Henderson
Herrera Hoffman Holloway Hughes Hussain Ibarra Ingram Ito Iyer Jackson Janssen Jensen Johansson Jordan Kaplan Kapoor Keller
Kennedy Khan Kim Klein Kovacs Kumar Lambert Larsen Lawson Lee Lehmann Lim Lindgren Lopez Lowe Lund Macdonald Mahoney Malone
Marsh Martinez Mason Mbeki Mehta Mendoza Meyer Miller Moreno Morgan Morris Murphy Nakamura Navarro Nelson Newman Nguyen Nielsen
Novak Ochoa Olsen Ortega Osborne Owens Pacheco Palmer Park Patel Pearce Pereira Petrov Pham Porter Quintana Ramos Rao Reyes
Richter Rivera Roberts Romero Rossi Ruiz Russell Saito Salazar Santos Sato Schmidt Schneider Sharma Shaw Silva Singh Sorensen
Soto Spencer Stewart Stone Suzuki Tanaka Thornton Torres Tran Turner Vargas Vasquez Wagner Walker Wallace Walsh Weber Webster
Whitaker Winters Wong Wright Yamamoto Yang York Young Zamora Zhang Zimmerman`.split(/\s+/)
